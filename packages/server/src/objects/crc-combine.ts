/**
 * The CRC of a concatenation from the CRCs of its parts: the earlier one times x to the power of the later part's bits, modulo
 * the polynomial, plus the later one. Reflected polynomials; M. Adler's `crc32_combine` describes the method.
 */

import type { ChecksumAlgorithm } from '@scopedown/wire'

interface Field {
  readonly polynomial: bigint
  readonly width: bigint
}

const fields: Partial<Readonly<Record<ChecksumAlgorithm, Field>>> = {
  crc32: { polynomial: 0xedb88320n, width: 32n },
  crc32c: { polynomial: 0x82f63b78n, width: 32n },
  crc64nvme: { polynomial: 0x9a6c9329ac4bc9b5n, width: 64n },
}

/** Whether a whole object's checksum can be had from its parts' at all. */
export function combines(algorithm: ChecksumAlgorithm): boolean {
  return fields[algorithm] !== undefined
}

/** Base64 in, base64 out. */
export function combineCrc(
  algorithm: ChecksumAlgorithm,
  values: readonly string[],
  parts: readonly { readonly size: number }[],
): string {
  const field = fields[algorithm]
  if (field === undefined) throw new Error(`${algorithm} does not combine`)
  let crc = 0n
  for (const [index, value] of values.entries()) {
    const bits = BigInt(parts[index]?.size ?? 0) * 8n
    crc = multiply(field, power(field, bits), crc) ^ BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`)
  }
  return Buffer.from(crc.toString(16).padStart(Number(field.width / 4n), '0'), 'hex').toString('base64')
}

/** In the reflected order the highest bit is the constant term. */
function multiply({ polynomial, width }: Field, a: bigint, b: bigint): bigint {
  let product = 0n
  let factor = b
  for (let bit = 1n << (width - 1n); bit !== 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= factor
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
  }
  return product
}

/** x to the power of `exponent`. */
function power(field: Field, exponent: bigint): bigint {
  let result = 1n << (field.width - 1n)
  let square = 1n << (field.width - 2n)
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = multiply(field, square, result)
    square = multiply(field, square, square)
  }
  return result
}
