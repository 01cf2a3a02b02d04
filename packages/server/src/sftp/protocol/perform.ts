/** One request done on a file system, answered by one reply. draft-ietf-secsh-filexfer-02, section 6. */

import { type FileSystem, failure, SftpError, unsupported } from '../files/file-system.ts'
import { dataLimit, openFlag, packetLimit, statusCode } from './codes.ts'
import type { Handles, OpenHandle } from './handles.ts'
import {
  attrsReply,
  dataReply,
  entryBytes,
  extendedReply,
  handleReply,
  type NameEntry,
  nameReply,
  namesBytes,
  statusReply,
  uint64,
  versionReply,
} from './replies.ts'
import type { Received, SftpRequest } from './requests.ts'

export interface Performer {
  readonly files: FileSystem
  readonly handles: Handles
  readonly now: () => number
  /** Something that is no expected outcome: told to the operator, not to the client. */
  readonly onBug: (error: unknown) => void
}

/** With these OpenSSH sends 255 KiB packets, and renames over what is there. */
const extensions = [
  ['limits@openssh.com', '1'],
  ['posix-rename@openssh.com', '1'],
] as const

/** One buffer, or several that go out one after the other. */
export type Reply = Buffer | readonly Buffer[]

export async function perform({ id, request }: Received, performer: Performer): Promise<Reply> {
  try {
    return await reply(id, request, performer)
  } catch (error) {
    if (error instanceof SftpError) return statusReply(id, error.code, error.message)
    performer.onBug(error)
    return statusReply(id, statusCode.failure, 'Failure')
  }
}

const ok = (id: number): Buffer => statusReply(id, statusCode.ok, 'OK')
const endOf = (id: number, what: string): Buffer => statusReply(id, statusCode.eof, `End of ${what}`)

async function reply(id: number, request: SftpRequest, performer: Performer): Promise<Reply> {
  const { files, handles, now } = performer
  switch (request.kind) {
    case 'init':
      return versionReply(extensions)
    case 'limits':
      return extendedReply(id, ...[packetLimit, dataLimit, dataLimit, handles.limit].map(uint64))
    case 'unsupported':
      throw unsupported()
    case 'notUtf8':
      throw failure('The name is not UTF-8')
    case 'open':
      return handleReply(id, await handles.add(() => open(request, files)))
    case 'opendir':
      return handleReply(
        id,
        await handles.add(async () => ({
          kind: 'directory',
          listing: inReplies(await files.openDirectory(request.path)),
        })),
      )
    case 'close':
      await close(handles.take(request.handle))
      return ok(id)
    case 'read': {
      const { file } = handles.get(request.handle, 'read')
      const pieces =
        request.length === 0 ? undefined : await file.read(request.offset, Math.min(request.length, dataLimit))
      if (pieces === undefined) return endOf(id, 'file')
      return dataReply(id, pieces)
    }
    case 'write':
      await handles.get(request.handle, 'write').file.write(request.offset, request.data)
      return ok(id)
    case 'readdir': {
      const entries = await handles.get(request.handle, 'directory').listing.next()
      return entries === undefined ? endOf(id, 'directory') : nameReply(id, entries, now())
    }
    case 'realpath':
      return nameReply(id, [{ name: files.realPath(request.path), attributes: {} }], now())
    case 'stat':
    case 'lstat':
      return attrsReply(id, await files.stat(request.path, { follow: request.kind === 'stat' }))
    case 'fstat': {
      const handle = handles.get(request.handle, 'read', 'write')
      return attrsReply(id, handle.file.attributes)
    }
    case 'setstat':
      await files.setAttributes(request.path, request.attributes)
      return ok(id)
    case 'fsetstat':
      await files.setFileAttributes(handles.get(request.handle, 'read', 'write').file, request.attributes)
      return ok(id)
    case 'remove':
      await files.removeFile(request.path)
      return ok(id)
    case 'mkdir':
      await files.makeDirectory(request.path, request.attributes)
      return ok(id)
    case 'rmdir':
      await files.removeDirectory(request.path)
      return ok(id)
    case 'rename':
    case 'posixRename':
      await files.rename(request.path, request.target, { replace: request.kind === 'posixRename' })
      return ok(id)
    case 'readlink':
      return nameReply(id, [{ name: await files.readLink(request.path), attributes: {} }], now())
    case 'symlink':
      await files.symbolicLink(request.path, request.target)
      return ok(id)
  }
}

async function open(request: Extract<SftpRequest, { kind: 'open' }>, files: FileSystem): Promise<OpenHandle> {
  const { path, flags, attributes } = request
  const has = (flag: number) => (flags & flag) !== 0
  if (!has(openFlag.write) && !has(openFlag.append)) return { kind: 'read', file: await files.openRead(path) }
  const mode = {
    create: has(openFlag.create),
    truncate: has(openFlag.truncate),
    exclusive: has(openFlag.exclusive),
    append: has(openFlag.append),
    attributes,
  }
  return { kind: 'write', file: await files.openWrite(path, mode) }
}

function close(handle: OpenHandle): Promise<void> {
  if (handle.kind === 'read') return handle.file.close()
  return handle.kind === 'write' ? handle.file.commit() : handle.listing.close()
}

/** What the channel left open when it ended. */
export function abandon(handle: OpenHandle): Promise<void> {
  return handle.kind === 'write' ? handle.file.abort() : close(handle)
}

/** Cuts pages of any length into what one reply may hold. */
function inReplies(listing: Awaited<ReturnType<FileSystem['openDirectory']>>): typeof listing {
  let page: readonly NameEntry[] = []
  let at = 0
  return {
    next: async () => {
      if (at >= page.length) {
        page = (await listing.next()) ?? []
        at = 0
      }
      const from = at
      for (let bytes = 0; at < page.length; at += 1) {
        bytes += entryBytes(page[at] as NameEntry)
        if (bytes > namesBytes && at > from) break
      }
      return at === from ? undefined : page.slice(from, at)
    },
    close: () => listing.close(),
  }
}
