/** A client's side of the codec, and a file system in memory, for tests of the protocol alone. */

import { Duplex } from 'node:stream'
import { type FileSystem, noSuchFile, unsupported } from '../files/file-system.ts'
import { Budget } from './budget.ts'
import { requestType } from './codes.ts'
import { PacketSplitter } from './packet-splitter.ts'
import { string } from './replies.ts'
import { type ChannelLimits, defaultChannelLimits, SftpChannel } from './sftp-channel.ts'

export const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value >>> 0)
  return buffer
}
export const u64 = (value: number): Buffer => {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64BE(BigInt(value))
  return buffer
}
export const framed = (...fields: Buffer[]): Buffer => {
  const body = Buffer.concat(fields)
  return Buffer.concat([u32(body.length), body])
}
export const init = framed(Buffer.of(requestType.init), u32(3))
export const request = (type: keyof typeof requestType, id: number, ...fields: Buffer[]): Buffer =>
  framed(Buffer.of(requestType[type]), u32(id), ...fields)
export const noAttributes = u32(0)
export { string }

export interface Answer {
  readonly type: number
  readonly id: number
  readonly body: Buffer
}

export class MemoryFiles implements FileSystem {
  watched(): FileSystem {
    return this
  }

  readonly files = new Map<string, Buffer>()
  /** Before each read and write: a store that is slow. */
  delay: () => Promise<void> = async () => {}
  realPath = (path: string) => (path === '.' ? '/home' : path)
  storedPath = (path: string) => path
  async stat(path: string) {
    const file = this.files.get(path)
    if (file === undefined) throw noSuchFile()
    return { size: file.length, mode: 0o100644, modified: 1 }
  }
  async openRead(path: string) {
    const attributes = await this.stat(path)
    const file = this.files.get(path) as Buffer
    return {
      attributes,
      read: async (offset: number, length: number) => {
        await this.delay()
        return offset >= file.length ? undefined : [file.subarray(offset, offset + length)]
      },
      close: async () => {},
    }
  }
  async openWrite(path: string) {
    const pieces: Buffer[] = []
    return {
      attributes: {},
      write: async (_offset: number, data: Buffer) => {
        await this.delay()
        pieces.push(Buffer.from(data))
      },
      commit: async () => void this.files.set(path, Buffer.concat(pieces)),
      abort: async () => {},
      kept: false,
    }
  }
  async openDirectory() {
    const entries = [...this.files].map(([name, file]) => ({ name, attributes: { size: file.length } }))
    let sent = entries.length === 0
    return {
      next: async () => {
        if (sent) return undefined
        sent = true
        return entries
      },
      close: async () => {},
    }
  }
  async makeDirectory() {}
  async removeDirectory() {}
  async removeFile(path: string) {
    if (!this.files.delete(path)) throw noSuchFile()
  }
  async rename(from: string, to: string) {
    this.files.set(to, this.files.get(from) ?? Buffer.alloc(0))
    this.files.delete(from)
  }
  async setAttributes() {}
  async setFileAttributes() {}
  async readLink(): Promise<string> {
    throw unsupported()
  }
  async symbolicLink() {
    throw unsupported()
  }
}

/** The server's end is a channel; the test sends and reads at the other. */
export class TestPeer {
  readonly files = new MemoryFiles()
  readonly budgets = { inbound: new Budget(64 << 20), outbound: new Budget(64 << 20) }
  readonly bugs: unknown[] = []
  readonly answers: Answer[] = []
  readonly sftp: SftpChannel
  ended: string | undefined
  /** Replies are taken off the channel only while this is true. */
  reading = true
  readonly channel: Duplex
  #taken: (() => void)[] = []
  #waiting: (() => void) | undefined

  constructor(limits: Partial<ChannelLimits> = {}) {
    const splitter = new PacketSplitter()
    this.channel = new Duplex({
      highWaterMark: 2 << 20,
      emitClose: false,
      read: () => {},
      write: (chunk: Buffer, _encoding, done) => {
        const take = () => {
          splitter.add(chunk)
          for (const packet of splitter.all()) {
            this.answers.push({ type: packet[0] ?? 0, id: packet.readUInt32BE(1), body: packet.subarray(5) })
          }
          this.#waiting?.()
          done()
        }
        if (this.reading) take()
        else this.#taken.push(take)
      },
    })
    this.sftp = new SftpChannel({
      channel: this.channel,
      below: { waiting: () => 0, onDrain: () => () => {} },
      files: this.files,
      limits: { ...defaultChannelLimits, ...limits },
      budgets: this.budgets,
      now: () => 0,
      onBug: (error) => this.bugs.push(error),
      onEnd: (reason) => {
        this.ended = reason
      },
    })
  }

  send(...packets: Buffer[]): void {
    for (const packet of packets) this.channel.push(packet)
  }

  startReading(): void {
    this.reading = true
    for (const take of this.#taken.splice(0)) take()
  }

  /** Until so many replies are there. */
  async until(count: number): Promise<readonly Answer[]> {
    while (this.answers.length < count) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
    return this.answers
  }
}
