/**
 * What each operation asks of the inodes before it does anything, so that doing it and explaining it cannot differ. POSIX.1-2024,
 * open(), mkdir(), unlink(), rmdir().
 */

import { failure, noSuchFile, permissionDenied, unsupported, type WriteMode } from '../files/file-system.ts'
import type { Node } from './node.ts'
import { identityText, mayTakeAway } from './permission-bits.ts'
import { mustPermit, type Walked, type Walker } from './walk.ts'

export function found(node: Node | undefined): Node {
  if (node === undefined) throw noSuchFile()
  return node
}

/** Devices, pipes and sockets are nobody's files here. */
function regular(node: Node): Node {
  if (node.stats.isDirectory()) throw failure('It is a directory')
  if (!node.stats.isFile()) throw unsupported()
  return node
}

export function toRead({ node }: Walked, walker: Walker): Node {
  const file = regular(found(node))
  mustPermit(file, 'read', walker)
  return file
}

export function toList({ node }: Walked, walker: Walker): Node {
  const directory = found(node)
  if (!directory.stats.isDirectory()) throw failure('It is no directory')
  mustPermit(directory, 'read', walker)
  return directory
}

/** The file to write, or the directory to make it in. */
export function toWrite(
  { node, parent, byLink }: Walked,
  walker: Walker,
  mode: Pick<WriteMode, 'create' | 'exclusive'>,
): { readonly file: Node } | { readonly directory: Node } {
  if (node !== undefined) {
    if (mode.exclusive && mode.create) throw failure('The file is there already')
    const file = regular(node)
    mustPermit(file, 'write', walker)
    return { file }
  }
  if (!mode.create || byLink || parent === undefined) throw noSuchFile()
  mustPermit(parent, 'write', walker)
  return { directory: parent }
}

/** A change of a directory's entries: the directory. */
export function toChange({ parent }: Walked, walker: Walker): Node {
  if (parent === undefined) throw permissionDenied()
  mustPermit(parent, 'write', walker)
  return parent
}

export function mustBeFree({ node }: Walked): void {
  if (node !== undefined) throw failure('The file is there already')
}

export function mustBeRemovable(kind: 'file' | 'directory', parent: Node, { node }: Walked, walker: Walker): void {
  const entry = found(node)
  if (kind === 'directory' && !entry.stats.isDirectory()) throw failure('It is no directory')
  if (kind === 'file' && entry.stats.isDirectory()) throw failure('It is a directory')
  mustMayTakeAway(parent, entry, walker)
}

export function mustMayTakeAway(parent: Node, entry: Node, { identity, tell }: Walker): void {
  if (mayTakeAway(parent.stats, entry.stats, identity)) return
  const owners = `${entry.where} belongs to uid ${entry.stats.uid}, ${parent.where} to uid ${parent.stats.uid}`
  const reason = `${owners}; in a sticky directory one of them must be the user's: ${identityText(identity)}`
  tell({ outcome: 'denied', by: 'sticky bit', owner: entry.stats.uid, path: entry.where, reason })
  throw permissionDenied()
}
