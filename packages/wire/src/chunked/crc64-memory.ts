/**
 * The memory of the WebAssembly that computes CRC-64/NVME: sixteen tables of the polynomial of the NVM Command Set Specification,
 * section 5.2.1.3.4, and behind them room for the bytes. One in each thread, for a call reads its bytes before it returns.
 */

/** Node's types leave it out; what is used of it here. WebAssembly JavaScript Interface. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer }
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object, imports: object) => { readonly exports: { readonly run: unknown } }
}

const POLYNOMIAL = 0x9a6c9329ac4bc9b5n
export const ALL_ONES = 0xffff_ffff_ffff_ffffn
const TABLES = 16
const PAGE = 65_536

const memory = new WebAssembly.Memory({ initial: 2 })
const tables = new BigUint64Array(memory.buffer, 0, TABLES * 256)
/** Table `k` has the effect of a byte that `k` further bytes follow. */
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n
  tables[byte] = crc
}
for (let at = 256; at < tables.length; at++) tables[at] = nextByte(0, tables[at - 256] as bigint)

/** For what a loop keeps between two calls. */
export const STATE_AT = tables.byteLength
export const state = new Uint8Array(memory.buffer, STATE_AT, PAGE - STATE_AT)
/** What is copied into the memory at a time stands here. */
export const ROOM_AT = PAGE
const room = Buffer.from(memory.buffer, ROOM_AT, PAGE)
export const ROOM_BYTES = PAGE

/** No more than there is room for. `set` moves bytes of shared memory one word after the other; `fill` does not. */
export function place(bytes: Uint8Array): void {
  if (bytes.length > 0) room.fill(bytes, 0, bytes.length)
}

/** The function of a module of `wasm-code.ts`. */
export function instantiate(module: Uint8Array<ArrayBuffer>): unknown {
  return new WebAssembly.Instance(new WebAssembly.Module(module), { m: { memory } }).exports.run
}

export function nextByte(byte: number, crc: bigint): bigint {
  return (crc >> 8n) ^ (tables[Number(crc & 0xffn) ^ byte] as bigint)
}

/** What `x-amz-checksum-crc64nvme` states, in base64. */
export function finished(crc: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(crc ^ ALL_ONES)
  return bytes
}
