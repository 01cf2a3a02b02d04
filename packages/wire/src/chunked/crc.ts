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

const table64High = new Uint32Array(256)
const table64Low = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ CRC64_NVME : crc >> 1n
  table64High[byte] = Number(crc >> 32n)
  table64Low[byte] = Number(crc & 0xffffffffn)
}

/** Kept as two halves, for 64-bit integers in JavaScript allocate. */
export class Crc64Nvme {
  #high = -1
  #low = -1

  update(bytes: Uint8Array): void {
    let high = this.#high
    let low = this.#low
    for (let i = 0; i < bytes.length; i++) {
      const index = (low ^ (bytes[i] as number)) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ (table64Low[index] as number)
      high = (high >>> 8) ^ (table64High[index] as number)
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
