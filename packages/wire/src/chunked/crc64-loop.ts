/**
 * The loop of CRC-64/NVME as WebAssembly: sixteen bytes at a time by as many tables (Kounavis and Berry, "slicing", 2005).
 */

import { type Code, forEach, get, I32, I64, i64Xor, load64, set, tableIndex, wasmModule } from './wasm-code.ts'

export const CRC64_STEP = 16

const FROM = 0
const TO = 1
const CRC = 2
/** A word of input each. */
const FIRST = 3
const SECOND = 4

/** A module with `run(from, to, crc)`: the CRC after a multiple of `CRC64_STEP` bytes. The tables stand at the memory's beginning. */
export function crc64Module(): Uint8Array<ArrayBuffer> {
  const step = [
    ...[...get(FROM), ...load64(0), ...get(CRC), i64Xor, ...set(FIRST)],
    ...[...get(FROM), ...load64(8), ...set(SECOND)],
    ...Array.from({ length: CRC64_STEP }, (_, byte) => [
      ...lookUp(byte < 8 ? FIRST : SECOND, byte % 8, CRC64_STEP - 1 - byte),
      ...(byte === 0 ? [] : [i64Xor]),
    ]).flat(),
    ...set(CRC),
  ]
  return wasmModule({
    parameters: [I32, I32, I64],
    results: [I64],
    locals: [[2, I64]],
    code: [...forEach(FROM, TO, CRC64_STEP, step), ...get(CRC)],
  })
}

/** The effect of a byte of local `word` that `following` further bytes follow. */
export function lookUp(word: number, byte: number, following: number): Code {
  return [...get(word), ...tableIndex(byte), ...load64(following * 256 * 8)]
}
