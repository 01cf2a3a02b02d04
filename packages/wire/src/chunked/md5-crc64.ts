/**
 * MD5 (RFC 1321) and CRC-64/NVME of the same bytes in the time that MD5 takes alone: what S3 wants of every put whose sender
 * names no checksum.
 */

import {
  ALL_ONES,
  finished,
  instantiate,
  nextByte,
  place,
  ROOM_AT,
  ROOM_BYTES,
  STATE_AT,
  state,
} from './crc64-memory.ts'
import { MD5_BLOCK, md5Crc64Module, STATE_BYTES } from './md5-crc64-loop.ts'

const run = instantiate(md5Crc64Module()) as (from: number, to: number, state: number) => void

export class Md5Crc64 {
  readonly #state = beginning()
  /** The bytes behind the last whole block. */
  readonly #rest = new Uint8Array(MD5_BLOCK)
  #length = 0

  update(bytes: Uint8Array): void {
    const held = this.#length % MD5_BLOCK
    this.#length += bytes.length
    const missing = held === 0 ? 0 : MD5_BLOCK - held
    this.#rest.set(bytes.subarray(0, missing), held)
    if (bytes.length < missing) return
    if (missing > 0) this.#digest(this.#rest)
    const whole = bytes.length - ((bytes.length - missing) % MD5_BLOCK)
    for (let at = missing; at < whole; at += ROOM_BYTES) {
      this.#digest(bytes.subarray(at, Math.min(at + ROOM_BYTES, whole)))
    }
    this.#rest.set(bytes.subarray(whole))
  }

  /** Once. */
  digest(): { readonly md5: Buffer; readonly crc64nvme: Buffer } {
    const rest = this.#rest.subarray(0, this.#length % MD5_BLOCK)
    let crc = this.#state.readBigUInt64LE(16)
    for (const byte of rest) crc = nextByte(byte, crc)
    // A one, zeros, and the length in bits fill the last block or two; what they do to the CRC is not looked at.
    const last = Buffer.alloc(rest.length < MD5_BLOCK - 8 ? MD5_BLOCK : 2 * MD5_BLOCK)
    last.set(rest)
    last[rest.length] = 0x80
    last.writeBigUInt64LE(BigInt(this.#length) * 8n, last.length - 8)
    this.#digest(last)
    return { md5: this.#state.subarray(0, 16), crc64nvme: finished(crc) }
  }

  /** Whole blocks, no more than there is room for. */
  #digest(blocks: Uint8Array): void {
    place(blocks)
    state.set(this.#state)
    run(ROOM_AT, ROOM_AT + blocks.length, STATE_AT)
    this.#state.set(state.subarray(0, STATE_BYTES))
  }
}

function beginning(): Buffer {
  const bytes = Buffer.alloc(STATE_BYTES)
  for (const [i, word] of [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476].entries()) bytes.writeUInt32LE(word, i * 4)
  bytes.writeBigUInt64LE(ALL_ONES, 16)
  return bytes
}
