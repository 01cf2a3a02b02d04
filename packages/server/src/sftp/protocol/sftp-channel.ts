/**
 * SFTP version 3 on one channel: packets in, replies out, with a bound on what waits in either direction. A client that sends
 * and never reads is no longer listened to; a store that is slow slows the client. draft-ietf-secsh-filexfer-02.
 */

import type { Duplex } from 'node:stream'
import type { FileSystem } from '../files/file-system.ts'
import type { Budget } from './budget.ts'
import { dataLimit, protocolVersion, statusCode } from './codes.ts'
import { MalformedPacket } from './field-reader.ts'
import { Handles } from './handles.ts'
import { PacketSplitter } from './packet-splitter.ts'
import { abandon, type Performer, perform, type Reply } from './perform.ts'
import { statusReply } from './replies.ts'
import { RequestQueues } from './request-queues.ts'
import { type Received, readRequest, type SftpRequest } from './requests.ts'

export interface ChannelLimits {
  /** Bytes of requests that wait, and how many. */
  readonly inboundBytes: number
  readonly inboundRequests: number
  /** Bytes of replies that the client has not taken: where there are few channels, and however many there are. */
  readonly outboundBytes: number
  readonly leastOutboundBytes: number
  readonly handles: number
}

export const defaultChannelLimits: ChannelLimits = {
  inboundBytes: 2 * 1024 * 1024,
  inboundRequests: 128,
  outboundBytes: 2 * 1024 * 1024,
  leastOutboundBytes: 320 * 1024,
  handles: 128,
}

export interface ChannelOptions {
  readonly channel: Duplex
  /** Bytes that have left the channel and wait in the connection below, and word of when they are gone. */
  readonly below: { readonly waiting: () => number; readonly onDrain: (listener: () => void) => () => void }
  readonly files: FileSystem
  readonly limits: ChannelLimits
  /** Of the process: requests that wait, replies that wait. */
  readonly budgets: { readonly inbound: Budget; readonly outbound: Budget }
  readonly now: () => number
  readonly onBug: (error: unknown) => void
  /** After EOF from the client, when everything is answered; the transport sends its exit status and ends. */
  readonly onEnd: (reason: 'end' | 'malformed') => void
}

export class SftpChannel {
  readonly #options: ChannelOptions
  readonly #splitter = new PacketSplitter()
  readonly #queues = new RequestQueues()
  readonly #performer: Performer & { readonly handles: Handles }
  readonly #waiters = new Set<() => void>()
  readonly #stopListening: () => void
  #greeted = false
  #closed = false
  #ending = false
  /** Requests taken in and not answered: bytes and count. */
  #pendingBytes = 0
  #pendingRequests = 0
  #paused = false
  /** Replies being made, by the most that they may take. */
  #reserved = 0
  /** Replies made that the transport has not taken. */
  #unsent = 0

  constructor(options: ChannelOptions) {
    this.#options = options
    const { channel, files, limits, now, onBug, below } = options
    this.#performer = { files, handles: new Handles(limits.handles), now, onBug }
    options.budgets.outbound.join()
    this.#stopListening = below.onDrain(() => this.#wake())
    channel.on('data', (chunk: Buffer) => this.#receive(chunk))
    channel.on('end', () => void this.#end('end'))
    channel.on('close', () => void this.close())
    channel.on('error', () => void this.close())
  }

  /** Aborts what is being written, forgets what is open. Resolves when nothing of this channel runs any more. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stopListening()
    this.#options.budgets.outbound.give(this.#unsent)
    this.#options.budgets.outbound.leave()
    this.#wake()
    await this.#abandonAll()
    await this.#queues.settled()
    // An OPEN that was under way.
    await this.#abandonAll()
  }

  async #abandonAll(): Promise<void> {
    for (const handle of this.#performer.handles.takeAll()) {
      await abandon(handle).catch((error: unknown) => this.#options.onBug(error))
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#closed || this.#ending) return
    this.#splitter.add(chunk)
    this.#takeRequests()
  }

  /** As many as there is room for: one chunk may hold a thousand small ones. */
  #takeRequests(): void {
    try {
      while (!this.#closed && !this.#ending && !this.#isFull()) {
        const packet = this.#splitter.next()
        if (packet === undefined) break
        this.#accept(packet.length, readRequest(packet))
      }
    } catch (error) {
      if (!(error instanceof MalformedPacket)) throw error
      this.#write(statusReply(0, statusCode.badMessage, 'Bad message'))
      void this.#end('malformed')
    }
    if (this.#isFull() && !this.#paused) {
      this.#paused = true
      this.#options.channel.pause()
    }
  }

  #accept(bytes: number, received: Received): void {
    const { request } = received
    if (!this.#greeted) {
      if (request.kind !== 'init' || request.version < protocolVersion)
        throw new MalformedPacket('no version in common')
      this.#greeted = true
    } else if (request.kind === 'init') throw new MalformedPacket('INIT came twice')
    this.#pendingBytes += bytes
    this.#pendingRequests += 1
    this.#options.budgets.inbound.take(bytes)
    this.#queues.run(queueOf(request), async () => {
      try {
        await this.#answer(received)
      } finally {
        this.#pendingBytes -= bytes
        this.#pendingRequests -= 1
        this.#options.budgets.inbound.give(bytes)
        this.#refill()
      }
    })
  }

  async #answer(received: Received): Promise<void> {
    const size = replySize(received.request)
    while (!this.#closed && !this.#mayReply(size)) await new Promise<void>((resolve) => this.#waiters.add(resolve))
    if (this.#closed) return
    const { outbound } = this.#options.budgets
    this.#reserved += size
    outbound.take(size)
    try {
      this.#write(await perform(received, this.#performer))
    } finally {
      this.#reserved -= size
      outbound.give(size)
      this.#wake()
    }
  }

  #outstanding(): number {
    return this.#unsent + this.#options.below.waiting() + this.#reserved
  }

  /** A little is always allowed, so that nothing waits for others; more only within this channel's bound and the process's. */
  #mayReply(size: number): boolean {
    const outstanding = this.#outstanding()
    if (outstanding <= alwaysAllowed) return true
    const { limits, budgets } = this.#options
    const most = Math.max(limits.leastOutboundBytes, Math.min(limits.outboundBytes, budgets.outbound.share))
    return outstanding + size <= most && !budgets.outbound.exhausted
  }

  #wake(): void {
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const resolve of waiters) resolve()
  }

  #isFull(): boolean {
    const { limits, budgets } = this.#options
    return (
      this.#pendingBytes >= limits.inboundBytes ||
      this.#pendingRequests >= limits.inboundRequests ||
      (budgets.inbound.exhausted && this.#pendingRequests > 0)
    )
  }

  /** Once half of it is done: first what has come already, then more from the client. */
  #refill(): void {
    const { channel, limits, budgets } = this.#options
    const low =
      this.#pendingBytes <= limits.inboundBytes / 2 &&
      this.#pendingRequests <= limits.inboundRequests / 2 &&
      (!budgets.inbound.exhausted || this.#pendingRequests === 0)
    if (!this.#paused || !low || this.#closed) return
    this.#paused = false
    this.#takeRequests()
    if (!this.#paused) channel.resume()
  }

  #write(reply: Reply): void {
    for (const piece of Buffer.isBuffer(reply) ? [reply] : reply) this.#writePiece(piece)
  }

  #writePiece(piece: Buffer): void {
    const { channel, budgets } = this.#options
    if (this.#closed || !channel.writable) return
    this.#unsent += piece.length
    budgets.outbound.take(piece.length)
    // Called when the client's window has let the bytes through, or never, if the channel ends before.
    channel.write(piece, () => {
      if (this.#closed) return
      this.#unsent -= piece.length
      budgets.outbound.give(piece.length)
      this.#wake()
    })
  }

  async #end(reason: 'end' | 'malformed'): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    if (reason === 'end') await this.#queues.settled()
    this.#options.onEnd(reason)
    await this.close()
  }
}

function queueOf(request: SftpRequest): string {
  return 'handle' in request ? request.handle : ''
}

/** Less than this never waits: the socket reports no `drain` for so little. */
const alwaysAllowed = 64 * 1024

const smallReply = 1024
const namesReply = 32 * 1024

function replySize(request: SftpRequest): number {
  if (request.kind === 'read') return Math.min(request.length, dataLimit) + smallReply
  return request.kind === 'readdir' ? namesReply : smallReply
}
