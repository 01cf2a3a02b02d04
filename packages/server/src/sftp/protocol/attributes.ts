/** File attributes of version 3 and `ls -l` lines. draft-ietf-secsh-filexfer-02, sections 5 and 7 (longname). */

import { attributeFlag } from './codes.ts'
import type { FieldReader } from './field-reader.ts'

export interface Attributes {
  readonly size?: number | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** With the type bits: `0o40755`, `0o100644`. */
  readonly mode?: number | undefined
  /** Seconds since 1970. */
  readonly accessed?: number | undefined
  readonly modified?: number | undefined
}

export const fileType = { mask: 0o170000, directory: 0o040000, regular: 0o100000, link: 0o120000 } as const

export const isDirectory = ({ mode }: Attributes): boolean => ((mode ?? 0) & fileType.mask) === fileType.directory

export function readAttributes(reader: FieldReader): Attributes {
  const flags = reader.uint32()
  const has = (flag: number) => (flags & flag) !== 0
  const size = has(attributeFlag.size) ? reader.uint64() : undefined
  const [uid, gid] = has(attributeFlag.owner) ? [reader.uint32(), reader.uint32()] : []
  const mode = has(attributeFlag.permissions) ? reader.uint32() : undefined
  const [accessed, modified] = has(attributeFlag.times) ? [reader.uint32(), reader.uint32()] : []
  if (has(attributeFlag.extended)) {
    // Pairs of strings that nobody here knows; reading them holds the packet to its own count.
    for (let left = reader.uint32(); left > 0; left -= 1) {
      reader.bytes()
      reader.bytes()
    }
  }
  return { size, uid, gid, mode, accessed, modified }
}

/** All fields that there are. */
const mostBytes = 32

export function writeAttributes(attributes: Attributes): Buffer {
  const buffer = Buffer.allocUnsafe(mostBytes)
  return buffer.subarray(0, writeAttributesAt(buffer, 0, attributes))
}

/** Answers where they end. */
export function writeAttributesAt(buffer: Buffer, start: number, attributes: Attributes): number {
  const { size, uid, gid, mode, accessed, modified } = attributes
  let flags = 0
  let at = start + 4
  if (size !== undefined) {
    flags |= attributeFlag.size
    at = buffer.writeUInt32BE(Math.floor(size / 2 ** 32), at)
    at = buffer.writeUInt32BE(size % 2 ** 32, at)
  }
  if (uid !== undefined && gid !== undefined) {
    flags |= attributeFlag.owner
    at = buffer.writeUInt32BE(uid >>> 0, at)
    at = buffer.writeUInt32BE(gid >>> 0, at)
  }
  if (mode !== undefined) {
    flags |= attributeFlag.permissions
    at = buffer.writeUInt32BE(mode >>> 0, at)
  }
  if (modified !== undefined) {
    flags |= attributeFlag.times
    at = buffer.writeUInt32BE(Math.min(Math.max(accessed ?? modified, 0), 0xffff_ffff), at)
    at = buffer.writeUInt32BE(Math.min(Math.max(modified, 0), 0xffff_ffff), at)
  }
  buffer.writeUInt32BE(flags, start)
  return at
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const halfYear = 182 * 24 * 60 * 60

/** Clients print it as it stands: ten letters of mode, links, owner, group, size, date, name. */
export function longName(name: string, attributes: Attributes, now: number): string {
  const { mode = 0, uid = 0, gid = 0, size = 0, modified = 0 } = attributes
  const date = new Date(modified * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const recent = Math.abs(now / 1000 - modified) < halfYear
  const time = recent ? `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}` : ` ${date.getUTCFullYear()}`
  const day = String(date.getUTCDate()).padStart(2)
  const owner = `${String(uid).padEnd(8)} ${String(gid).padEnd(8)}`
  return `${modeLetters(mode)}    1 ${owner} ${String(size).padStart(12)} ${months[date.getUTCMonth()]} ${day} ${time} ${name}`
}

const modeTexts = new Map<number, string>()

/** `drwxr-x---`. Sixteen bits, of which a folder shows two or three. */
export function modeLetters(mode: number): string {
  const known = modeTexts.get(mode & 0xffff)
  if (known !== undefined) return known
  const type = mode & fileType.mask
  const letters = 'rwxrwxrwx'.split('').map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'))
  const text = `${type === fileType.directory ? 'd' : type === fileType.link ? 'l' : '-'}${letters.join('')}`
  modeTexts.set(mode & 0xffff, text)
  return text
}
