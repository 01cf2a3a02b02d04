/**
 * The two CRCs that node lacks: CRC-32C (RFC 3720, section 12.1, Castagnoli) and CRC-64/NVME (NVM Express NVM Command Set
 * Specification, section 5.2.1.3.4). Both reflected, all ones before and after.
 */

const CRC32C = 0x82f63b78
const CRC64_NVME = 0x9a6c9329ac4bc9b5n

function table32(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    return crc
  })
}

const table32c = table32(CRC32C)

/** `crc` is the value for the bytes before, 0 at the start. */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  let value = ~crc
  for (let i = 0; i < bytes.length; i++) {
    value = (table32c[(value ^ (bytes[i] as number)) & 0xff] as number) ^ (value >>> 8)
  }
  return ~value >>> 0
}

/** Slicing by eight (Kounavis and Berry, 2005): table `k` has the effect of a byte that `k` further bytes follow. */
const [low0, low1, low2, low3, low4, low5, low6, low7] = eight()
const [high0, high1, high2, high3, high4, high5, high6, high7] = eight()
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ CRC64_NVME : crc >> 1n
  high0[byte] = Number(crc >> 32n)
  low0[byte] = Number(crc & 0xffffffffn)
}
const lows = [low0, low1, low2, low3, low4, low5, low6, low7]
const highs = [high0, high1, high2, high3, high4, high5, high6, high7]
for (let k = 1; k < 8; k++) {
  for (let byte = 0; byte < 256; byte++) {
    const low = lows[k - 1]?.[byte] as number
    const high = highs[k - 1]?.[byte] as number
    ;(lows[k] as Int32Array)[byte] = ((low >>> 8) | (high << 24)) ^ (low0[low & 0xff] as number)
    ;(highs[k] as Int32Array)[byte] = (high >>> 8) ^ (high0[low & 0xff] as number)
  }
}

type Eight<T> = [T, T, T, T, T, T, T, T]

function eight(): Eight<Int32Array> {
  return Array.from({ length: 8 }, () => new Int32Array(256)) as Eight<Int32Array>
}

/** Kept as two halves, for 64-bit integers in JavaScript allocate. */
export class Crc64Nvme {
  #high = -1
  #low = -1

  update(bytes: Uint8Array): void {
    let high = this.#high
    let low = this.#low
    let i = 0
    for (const last = bytes.length - 7; i < last; i += 8) {
      const a = (low ^ (bytes[i] as number)) & 0xff
      const b = ((low >>> 8) ^ (bytes[i + 1] as number)) & 0xff
      const c = ((low >>> 16) ^ (bytes[i + 2] as number)) & 0xff
      const d = (low >>> 24) ^ (bytes[i + 3] as number)
      const e = (high ^ (bytes[i + 4] as number)) & 0xff
      const f = ((high >>> 8) ^ (bytes[i + 5] as number)) & 0xff
      const g = ((high >>> 16) ^ (bytes[i + 6] as number)) & 0xff
      const h = (high >>> 24) ^ (bytes[i + 7] as number)
      // biome-ignore format: one column a byte
      low = (low7[a] as number) ^ (low6[b] as number) ^ (low5[c] as number) ^ (low4[d] as number) ^
        (low3[e] as number) ^ (low2[f] as number) ^ (low1[g] as number) ^ (low0[h] as number)
      // biome-ignore format: one column a byte
      high = (high7[a] as number) ^ (high6[b] as number) ^ (high5[c] as number) ^ (high4[d] as number) ^
        (high3[e] as number) ^ (high2[f] as number) ^ (high1[g] as number) ^ (high0[h] as number)
    }
    for (; i < bytes.length; i++) {
      const index = (low ^ (bytes[i] as number)) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ (low0[index] as number)
      high = (high >>> 8) ^ (high0[index] as number)
    }
    this.#high = high
    this.#low = low
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt32BE(~this.#high >>> 0, 0)
    bytes.writeUInt32BE(~this.#low >>> 0, 4)
    return bytes
  }
}
