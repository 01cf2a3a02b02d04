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

export function writeAttributes({ size, uid, gid, mode, accessed, modified }: Attributes): Buffer {
  const buffer = Buffer.allocUnsafe(32)
  let flags = 0
  let at = 4
  const uint32 = (value: number) => {
    at = buffer.writeUInt32BE(value >>> 0, at)
  }
  if (size !== undefined) {
    flags |= attributeFlag.size
    at = buffer.writeBigUInt64BE(BigInt(size), at)
  }
  if (uid !== undefined && gid !== undefined) {
    flags |= attributeFlag.owner
    uint32(uid)
    uint32(gid)
  }
  if (mode !== undefined) {
    flags |= attributeFlag.permissions
    uint32(mode)
  }
  if (modified !== undefined) {
    flags |= attributeFlag.times
    uint32(Math.min(Math.max(accessed ?? modified, 0), 0xffff_ffff))
    uint32(Math.min(Math.max(modified, 0), 0xffff_ffff))
  }
  buffer.writeUInt32BE(flags, 0)
  return buffer.subarray(0, at)
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
  return `${modeText(mode)}    1 ${owner} ${String(size).padStart(12)} ${months[date.getUTCMonth()]} ${day} ${time} ${name}`
}

function modeText(mode: number): string {
  const type = mode & fileType.mask
  const letters = 'rwxrwxrwx'.split('').map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'))
  return `${type === fileType.directory ? 'd' : type === fileType.link ? 'l' : '-'}${letters.join('')}`
}
