/** Replies as bytes. draft-ietf-secsh-filexfer-02, section 7. */

import { type Attributes, longName, writeAttributes, writeAttributesAt } from './attributes.ts'
import { protocolVersion, replyType, type StatusCode } from './codes.ts'

/** One entry of a directory, or the one name that REALPATH answers. */
export interface NameEntry {
  readonly name: string
  readonly attributes: Attributes
}

const uint32 = (value: number): Buffer => {
  const buffer = Buffer.allocUnsafe(4)
  buffer.writeUInt32BE(value)
  return buffer
}

export const string = (value: string | Buffer): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([uint32(bytes.length), bytes])
}

export const uint64 = (value: number): Buffer => {
  const buffer = Buffer.allocUnsafe(8)
  buffer.writeBigUInt64BE(BigInt(value))
  return buffer
}

function packet(type: number, ...fields: readonly Buffer[]): Buffer {
  const length = fields.reduce((sum, field) => sum + field.length, 1)
  return Buffer.concat([uint32(length), Buffer.of(type), ...fields], length + 4)
}

/** `extensions`: name and data pairs. */
export function versionReply(extensions: readonly (readonly [name: string, data: string])[]): Buffer {
  const pairs = extensions.flatMap(([name, data]) => [string(name), string(data)])
  return packet(replyType.version, uint32(protocolVersion), ...pairs)
}

export function statusReply(id: number, code: StatusCode, message: string): Buffer {
  return packet(replyType.status, uint32(id), uint32(code), string(message), string('en'))
}

export const handleReply = (id: number, handle: Buffer): Buffer => packet(replyType.handle, uint32(id), string(handle))

const dataHeader = 13
/** What clients take in one packet of the connection. RFC 4254, section 5.2; OpenSSH's and this library's constant. */
const packetBytes = 32 * 1024

/**
 * The one reply that is large goes out in pieces, its bytes not copied but for those that fill the first packet of the connection,
 * whose head is here.
 */
export function dataReply(id: number, pieces: readonly Buffer[]): readonly Buffer[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const head = Buffer.allocUnsafe(Math.min(dataHeader + length, packetBytes))
  head.writeUInt32BE(dataHeader - 4 + length, 0)
  head.writeUInt8(replyType.data, 4)
  head.writeUInt32BE(id, 5)
  head.writeUInt32BE(length, 9)
  const reply: Buffer[] = [head]
  let at = dataHeader
  for (const piece of pieces) {
    const copied = piece.copy(head, at)
    at += copied
    if (copied < piece.length) reply.push(piece.subarray(copied))
  }
  return reply
}

const namesHeader = 13
/** What a name takes besides itself, which is there twice: two lengths, attributes, mode, links, owner, group, size and date. */
const besidesName = 8 + 32 + 96

/** What an entry takes of a reply, at most. */
export const entryBytes = ({ name }: NameEntry): number => 2 * Buffer.byteLength(name) + besidesName

/** Of entries together: the reply is one packet of the connection, and no client has a smaller limit. */
export const namesBytes = packetBytes - namesHeader

/** Into one buffer, for a folder may have a million of them. */
export function nameReply(id: number, entries: readonly NameEntry[], now: number): Buffer {
  const reply = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + entryBytes(entry), namesHeader))
  let at = namesHeader
  const text = (value: string) => {
    const length = reply.write(value, at + 4)
    reply.writeUInt32BE(length, at)
    at += 4 + length
  }
  for (const { name, attributes } of entries) {
    text(name)
    text(longName(name, attributes, now))
    at = writeAttributesAt(reply, at, attributes)
  }
  reply.writeUInt32BE(at - 4, 0)
  reply.writeUInt8(replyType.name, 4)
  reply.writeUInt32BE(id, 5)
  reply.writeUInt32BE(entries.length, 9)
  return reply.subarray(0, at)
}

export const attrsReply = (id: number, attributes: Attributes): Buffer =>
  packet(replyType.attrs, uint32(id), writeAttributes(attributes))

export const extendedReply = (id: number, ...fields: readonly Buffer[]): Buffer =>
  packet(replyType.extendedReply, uint32(id), ...fields)
