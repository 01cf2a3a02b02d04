/** Requests as values. draft-ietf-secsh-filexfer-02, sections 4 and 6; OpenSSH's PROTOCOL, section 4. */

import { type Attributes, readAttributes } from './attributes.ts'
import { requestType } from './codes.ts'
import { FieldReader, MalformedPacket, NotUtf8 } from './field-reader.ts'

export type PathRequest =
  | { readonly kind: 'open'; readonly path: string; readonly flags: number; readonly attributes: Attributes }
  | {
      readonly kind: 'opendir' | 'lstat' | 'stat' | 'remove' | 'rmdir' | 'realpath' | 'readlink'
      readonly path: string
    }
  | { readonly kind: 'setstat' | 'mkdir'; readonly path: string; readonly attributes: Attributes }
  | { readonly kind: 'rename' | 'symlink' | 'posixRename'; readonly path: string; readonly target: string }

export type HandleRequest =
  | { readonly kind: 'close' | 'fstat' | 'readdir'; readonly handle: string }
  | { readonly kind: 'read'; readonly handle: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'write'; readonly handle: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'fsetstat'; readonly handle: string; readonly attributes: Attributes }

export type SftpRequest =
  | PathRequest
  | HandleRequest
  | { readonly kind: 'init'; readonly version: number }
  | { readonly kind: 'limits' }
  /** A type or an extension that is not offered. */
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'notUtf8' }

export type RequestKind = SftpRequest['kind']

export interface Received {
  readonly id: number
  readonly request: SftpRequest
}

/** Handles are ours, four bytes each; whatever else a client sends is unknown, not malformed. */
const handleText = (bytes: Buffer): string => bytes.subarray(0, 256).toString('latin1')

/** Throws `MalformedPacket`. */
export function readRequest(packet: Buffer): Received {
  const reader = new FieldReader(packet)
  const type = reader.byte()
  if (type === requestType.init) return { id: 0, request: { kind: 'init', version: reader.uint32() } }
  const id = reader.uint32()
  try {
    return { id, request: readBody(type, reader) }
  } catch (error) {
    if (error instanceof NotUtf8) return { id, request: { kind: 'notUtf8' } }
    throw error
  }
}

function readBody(type: number, reader: FieldReader): SftpRequest {
  const path = () => reader.text()
  const handle = () => handleText(reader.bytes())
  switch (type) {
    case requestType.open:
      return { kind: 'open', path: path(), flags: reader.uint32(), attributes: readAttributes(reader) }
    case requestType.close:
      return { kind: 'close', handle: handle() }
    case requestType.read:
      return { kind: 'read', handle: handle(), offset: reader.uint64(), length: reader.uint32() }
    case requestType.write:
      return { kind: 'write', handle: handle(), offset: reader.uint64(), data: reader.bytes() }
    case requestType.lstat:
      return { kind: 'lstat', path: path() }
    case requestType.fstat:
      return { kind: 'fstat', handle: handle() }
    case requestType.setstat:
      return { kind: 'setstat', path: path(), attributes: readAttributes(reader) }
    case requestType.fsetstat:
      return { kind: 'fsetstat', handle: handle(), attributes: readAttributes(reader) }
    case requestType.opendir:
      return { kind: 'opendir', path: path() }
    case requestType.readdir:
      return { kind: 'readdir', handle: handle() }
    case requestType.remove:
      return { kind: 'remove', path: path() }
    case requestType.mkdir:
      return { kind: 'mkdir', path: path(), attributes: readAttributes(reader) }
    case requestType.rmdir:
      return { kind: 'rmdir', path: path() }
    case requestType.realpath:
      return { kind: 'realpath', path: path() }
    case requestType.stat:
      return { kind: 'stat', path: path() }
    case requestType.rename:
      return { kind: 'rename', path: path(), target: path() }
    case requestType.readlink:
      return { kind: 'readlink', path: path() }
    case requestType.symlink:
      return { kind: 'symlink', path: path(), target: path() }
    case requestType.extended:
      return readExtended(reader)
    case requestType.init:
      throw new MalformedPacket('INIT came twice')
    default:
      return { kind: 'unsupported' }
  }
}

function readExtended(reader: FieldReader): SftpRequest {
  switch (reader.bytes().toString('latin1')) {
    case 'limits@openssh.com':
      return { kind: 'limits' }
    case 'posix-rename@openssh.com':
      return { kind: 'posixRename', path: reader.text(), target: reader.text() }
    default:
      return { kind: 'unsupported' }
  }
}
