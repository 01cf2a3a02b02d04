/**
 * The loop of MD5 (RFC 1321, section 3.4) and CRC-64/NVME together, as WebAssembly. Each of MD5's 64 steps waits for the one
 * before, which leaves more than half of a processor idle: a byte's look-up for the CRC between two steps costs next to nothing.
 */

import { lookUp } from './crc64-loop.ts'
import {
  type Code,
  forEach,
  get,
  I32,
  I64,
  i32,
  i32Add,
  i32And,
  i32Or,
  i32Rotl,
  i32Xor,
  i64Xor,
  load32,
  load64,
  set,
  store32,
  store64,
  wasmModule,
} from './wasm-code.ts'

export const MD5_BLOCK = 64
/** MD5's A, B, C and D, then the CRC; little-endian. */
export const STATE_BYTES = 24

const FROM = 0
const TO = 1
const STATE = 2
const MD5 = [3, 4, 5, 6] as const
/** What MD5's four were before the block. */
const BEFORE = [7, 8, 9, 10] as const
const CRC = 11
/** Eight bytes of input with the CRC of what went before, and the look-ups of them so far. */
const WORD = 12
const LOOKED = 13

/** A module with `run(from, to, state)`, which brings the state at an address past a multiple of 64 bytes. */
export function md5Crc64Module(): Uint8Array<ArrayBuffer> {
  const step = [
    ...MD5.flatMap((local, i) => [...get(local), ...set(BEFORE[i] as number)]),
    ...Array.from({ length: MD5_BLOCK }, (_, i) => [...md5Step(i), ...crcOfByte(i)]).flat(),
    ...MD5.flatMap((local, i) => [...get(local), ...get(BEFORE[i] as number), i32Add, ...set(local)]),
  ]
  return wasmModule({
    parameters: [I32, I32, I32],
    results: [],
    locals: [
      [8, I32],
      [3, I64],
    ],
    code: [
      ...MD5.flatMap((local, i) => [...get(STATE), ...load32(i * 4), ...set(local)]),
      ...[...get(STATE), ...load64(16), ...set(CRC)],
      ...forEach(FROM, TO, MD5_BLOCK, step),
      ...MD5.flatMap((local, i) => [...get(STATE), ...get(local), ...store32(i * 4)]),
      ...[...get(STATE), ...get(CRC), ...store64(16)],
    ],
  })
}

interface Round {
  /** Which word of the block step `i` takes. */
  readonly word: (i: number) => number
  readonly rotations: readonly [number, number, number, number]
  /** Adds the round's function of b, c and d to what is on the stack; b, the newest, as late as can be. */
  readonly add: (b: Code, c: Code, d: Code) => Code
}

const not = [...i32(-1), i32Xor]

const ROUNDS: readonly [Round, Round, Round, Round] = [
  {
    word: (i) => i,
    rotations: [7, 12, 17, 22],
    add: (b, c, d) => [...c, ...d, i32Xor, ...b, i32And, ...d, i32Xor, i32Add],
  },
  {
    word: (i) => 5 * i + 1,
    rotations: [5, 9, 14, 20],
    // The two halves have no bit in common: their sum is their union.
    add: (b, c, d) => [...d, ...not, ...c, i32And, i32Add, ...d, ...b, i32And, i32Add],
  },
  {
    word: (i) => 3 * i + 5,
    rotations: [4, 11, 16, 23],
    add: (b, c, d) => [...c, ...d, i32Xor, ...b, i32Xor, i32Add],
  },
  {
    word: (i) => 7 * i,
    rotations: [6, 10, 15, 21],
    add: (b, c, d) => [...d, ...not, ...b, i32Or, ...c, i32Xor, i32Add],
  },
]

/** a = b + ((a + function(b, c, d) + word + constant) rotated); then the four change places. */
function md5Step(i: number): Code {
  const [a, b, c, d] = MD5.map((_, place) => MD5[(place + MD5_BLOCK - i) % 4] as number) as [
    number,
    number,
    number,
    number,
  ]
  const { word, rotations, add } = ROUNDS[i >> 4] as Round
  const constant = Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))) | 0
  return [
    ...[...get(a), ...i32(constant), i32Add, ...get(FROM), ...load32((word(i) % 16) * 4), i32Add],
    ...add(get(b), get(c), get(d)),
    ...[...i32(rotations[i % 4] as number), i32Rotl, ...get(b), i32Add, ...set(a)],
  ]
}

/** Eight tables suffice: the CRC has the time of eight steps for eight bytes. */
function crcOfByte(i: number): Code {
  const byte = i % 8
  const looked = lookUp(WORD, byte, 7 - byte)
  if (byte === 0) return [...get(FROM), ...load64(i), ...get(CRC), i64Xor, ...set(WORD), ...looked, ...set(LOOKED)]
  return [...looked, ...get(LOOKED), i64Xor, ...set(byte === 7 ? CRC : LOOKED)]
}
