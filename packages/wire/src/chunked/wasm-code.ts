/**
 * Small WebAssembly modules put together byte by byte; a binary file would say less. WebAssembly Core Specification, section 5,
 * "Binary Format". A function reads bytes and tables of the memory `m.memory`.
 */

export type Code = readonly number[]

export const I32 = 0x7f
export const I64 = 0x7e

export const i32Add = 0x6a
export const i32And = 0x71
export const i32Or = 0x72
export const i32Xor = 0x73
export const i32Rotl = 0x77
export const i64Xor = 0x85

const block = [0x02, 0x40]
const loop = [0x03, 0x40]
const branch = 0x0c
const branchIf = 0x0d
const end = 0x0b
const i32GeU = 0x4f
const i64Shl = 0x86
const i64ShrU = 0x88
const i32WrapI64 = 0xa7

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number): Code => [0x21, ...unsigned(local)]
export const i32 = (value: number): Code => [0x41, ...signed(value)]
/** What stands at the address on the stack and `offset`; the alignment is a hint. */
export const load32 = (offset: number): Code => [0x28, 2, ...unsigned(offset)]
export const load64 = (offset: number): Code => [0x29, 3, ...unsigned(offset)]
export const store32 = (offset: number): Code => [0x36, 2, ...unsigned(offset)]
export const store64 = (offset: number): Code => [0x37, 3, ...unsigned(offset)]

/** Eight times byte `byte` of the 64 bits on the stack: where it stands in a table of words. */
export function tableIndex(byte: number): Code {
  const shift = byte === 0 ? [...i64(3), i64Shl] : [...i64(byte * 8 - 3), i64ShrU]
  return [...shift, i32WrapI64, ...i32(0xff * 8), i32And]
}

/** `code` for each `step` bytes from local `from` up to local `to`, which is a whole number of steps away. */
export function forEach(from: number, to: number, step: number, code: Code): Code {
  const leave = [...get(from), ...get(to), i32GeU, branchIf, 1]
  const next = [...get(from), ...i32(step), i32Add, ...set(from), branch, 0]
  return [...block, ...loop, ...leave, ...code, ...next, end, end]
}

interface WasmFunction {
  readonly parameters: Code
  readonly results: Code
  /** How many locals of which type follow the parameters. */
  readonly locals: readonly (readonly [count: number, type: number])[]
  readonly code: Code
}

/** A module with one function, `run`. */
export function wasmModule({ parameters, results, locals, code }: WasmFunction): Uint8Array<ArrayBuffer> {
  const declared = [...unsigned(locals.length), ...locals.flatMap(([count, type]) => [...unsigned(count), type])]
  return new Uint8Array([
    ...[0x00, ...text('asm'), 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...vector(parameters), ...vector(results)]),
    // Limits without a maximum, at least one page.
    ...section(2, [1, ...name('m'), ...name('memory'), 0x02, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('run'), 0x00, 0]),
    ...section(10, [1, ...vector([...declared, ...code, end])]),
  ])
}

const i64 = (value: number): Code => [0x42, ...signed(value)]
const text = (ascii: string) => [...Buffer.from(ascii, 'latin1')]
const vector = (bytes: Code) => [...unsigned(bytes.length), ...bytes]
const name = (ascii: string) => vector(text(ascii))
const section = (id: number, bytes: Code) => [id, ...vector(bytes)]

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** LEB128 of 32 bits: ends where the sign of what was written stands for all that is left. */
function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}
