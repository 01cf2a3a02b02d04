/**
 * CRC-64/NVME (NVM Express NVM Command Set Specification, section 5.2.1.3.4): reflected, all ones before and after. In
 * WebAssembly, for JavaScript has no 64-bit integers that do not allocate.
 */

import { CRC64_STEP, crc64Module } from './crc64-loop.ts'
import { ALL_ONES, finished, instantiate, nextByte, place, ROOM_AT, ROOM_BYTES } from './crc64-memory.ts'

const run = instantiate(crc64Module()) as (from: number, to: number, crc: bigint) => bigint

export class Crc64Nvme {
  #crc = ALL_ONES

  update(bytes: Uint8Array): void {
    const whole = bytes.length - (bytes.length % CRC64_STEP)
    let crc = this.#crc
    for (let at = 0; at < whole; at += ROOM_BYTES) {
      const piece = bytes.subarray(at, Math.min(at + ROOM_BYTES, whole))
      place(piece)
      crc = BigInt.asUintN(64, run(ROOM_AT, ROOM_AT + piece.length, crc))
    }
    for (const byte of bytes.subarray(whole)) crc = nextByte(byte, crc)
    this.#crc = crc
  }

  digest(): Buffer {
    return finished(this.#crc)
  }
}
