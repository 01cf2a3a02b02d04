/**
 * The loop of `crc64-nvme.ts` as a WebAssembly module, put together byte by byte: it is small enough, and a binary file would say
 * less. WebAssembly Core Specification, section 5, "Binary Format".
 */

const I32 = 0x7f
const I64 = 0x7e
const EMPTY = 0x40

/** Locals of the function: its parameters, then a word of input each. */
const FROM = 0
const TO = 1
const CRC = 2
const FIRST_WORD = 3

const BLOCK = [0x02, EMPTY]
const LOOP = [0x03, EMPTY]
const BRANCH = 0x0c
const BRANCH_IF = 0x0d
const END = 0x0b
const I32_GE_U = 0x4f
const I32_ADD = 0x6a
const I32_AND = 0x71
const I32_SHL = 0x74
const I64_XOR = 0x85
const I64_SHR_U = 0x88
const I32_WRAP_I64 = 0xa7

const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const i32 = (value: number) => [0x41, ...signed(value)]
const i64 = (value: number) => [0x42, ...signed(value)]
/** The 64 bits at the address on the stack and `offset`; aligned to 8 bytes, as a hint. */
const load64 = (offset: number) => [0x29, 3, ...unsigned(offset)]

/**
 * A module with `update(from, to, crc)`, which reads `slices` bytes at a time of the memory `m.memory`, where as many tables of 256
 * words stand at the beginning.
 */
export function slicingModule(slices: number): Uint8Array<ArrayBuffer> {
  const words = slices / 8
  const code = [
    ...BLOCK,
    ...LOOP,
    ...[...get(FROM), ...get(TO), I32_GE_U, BRANCH_IF, 1],
    ...range(words).flatMap((word) => [...readWord(word), ...set(FIRST_WORD + word)]),
    ...range(slices).flatMap((byte) => [...look(byte, slices - 1 - byte), ...(byte === 0 ? [] : [I64_XOR])]),
    ...set(CRC),
    ...[...get(FROM), ...i32(slices), I32_ADD, ...set(FROM), BRANCH, 0],
    ...[END, END],
    ...get(CRC),
    END,
  ]
  return new Uint8Array([
    ...[0x00, ...text('asm'), 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...vector([I32, I32, I64]), ...vector([I64])]),
    // Limits without a maximum, at least one page.
    ...section(2, [1, ...name('m'), ...name('memory'), 0x02, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('update'), 0x00, 0]),
    ...section(10, [1, ...vector([1, words, I64, ...code])]),
  ])
}

/** The next word of input; the first one meets what went before. */
function readWord(word: number): number[] {
  return [...get(FROM), ...load64(word * 8), ...(word === 0 ? [...get(CRC), I64_XOR] : [])]
}

function look(byte: number, table: number): number[] {
  const word = [...get(FIRST_WORD + Math.floor(byte / 8)), ...i64((byte % 8) * 8), I64_SHR_U, I32_WRAP_I64]
  return [...word, ...i32(0xff), I32_AND, ...i32(3), I32_SHL, ...load64(table * 256 * 8)]
}

const range = (length: number) => Array.from({ length }, (_, i) => i)
const text = (ascii: string) => [...Buffer.from(ascii, 'latin1')]
const vector = (bytes: readonly number[]) => [...unsigned(bytes.length), ...bytes]
const name = (ascii: string) => vector(text(ascii))
const section = (id: number, bytes: readonly number[]) => [id, ...vector(bytes)]

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** LEB128 of what is not negative: the sign is the bit below the last byte's top. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)]
}
