/** CRC-32C (RFC 3720, section 12.1, Castagnoli), which node lacks: reflected, all ones before and after. */

const CRC32C = 0x82f63b78

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
