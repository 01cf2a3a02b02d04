/** Entries that a user makes: the user's from the first moment that others can reach them, and never somebody else's. */

import { constants } from 'node:fs'
import { chmod, chown, type FileHandle, lchown, mkdir, open, rmdir, symlink, unlink } from 'node:fs/promises'
import { failure } from '../files/file-system.ts'
import { Node } from './node.ts'
import type { PosixIdentity } from './permission-bits.ts'

const setGroupId = 0o2000
const umask = 0o022

/** In a directory with the set-group-id bit, its group goes to what is made in it. inode(7). */
const groupOf = (directory: Node, { gid }: PosixIdentity): number =>
  (directory.stats.mode & setGroupId) === 0 ? gid : directory.stats.gid

const permissions = (mode: number | undefined, usual: number): number => (mode ?? usual) & 0o777 & ~umask

/** Undefined: somebody was faster. */
export async function makeFile(
  directory: Node,
  name: string,
  identity: PosixIdentity,
  options: { readonly mode: number | undefined; readonly flags: number },
): Promise<FileHandle | undefined> {
  const flags = options.flags | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  // Nobody may open it before it has its owner.
  const handle = await open(directory.entry(name), flags, 0).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (handle === undefined) return undefined
  try {
    await handle.chown(identity.uid, groupOf(directory, identity))
    await handle.chmod(permissions(options.mode, 0o666))
    return handle
  } catch (error) {
    await handle.close()
    await unlink(directory.entry(name))
    throw error
  }
}

/** To be called by one at a time: between making it and giving it away the name must stay what it is. */
export async function makeDirectory(
  directory: Node,
  name: string,
  identity: PosixIdentity,
  mode: number | undefined,
): Promise<void> {
  const path = directory.entry(name)
  await mkdir(path, 0o700)
  try {
    const made = await mine(path, constants.O_DIRECTORY)
    try {
      await chown(made.self, identity.uid, groupOf(directory, identity))
      await chmod(made.self, permissions(mode, 0o777) | (directory.stats.mode & setGroupId))
    } finally {
      await made.close()
    }
  } catch (error) {
    await rmdir(path)
    throw error
  }
}

/** As `makeDirectory`. */
export async function makeLink(directory: Node, name: string, identity: PosixIdentity, target: string): Promise<void> {
  const path = directory.entry(name)
  await symlink(target, path)
  try {
    const made = await mine(path, 0)
    await made.close()
    if (!made.stats.isSymbolicLink()) throw failure('The link was replaced')
    await lchown(path, identity.uid, groupOf(directory, identity))
  } catch (error) {
    await unlink(path)
    throw error
  }
}

/** What this process has made belongs to it: anything else got there by another way, and is given to nobody. */
async function mine(path: string, flags: number): Promise<Node> {
  const node = await Node.open(path, flags)
  if (node?.stats.uid === process.geteuid?.()) return node as Node
  await node?.close()
  throw failure('What was made was replaced')
}
