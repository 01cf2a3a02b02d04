/**
 * SETSTAT and FSETSTAT. "Only root can change ownership and permissions of files and directories"; the group, its owner too, to one of
 * the owner's own. Transfer Family User Guide, "Supported Amazon EFS commands". What is asked for and so already is no change.
 */

import type { Stats } from 'node:fs'
import { chmod, chown, truncate, utimes } from 'node:fs/promises'
import type { Tell } from '../files/decisions.ts'
import { failure, permissionDenied } from '../files/file-system.ts'
import type { Attributes } from '../protocol/attributes.ts'
import { isRoot, type PosixIdentity, permits } from './permission-bits.ts'

const permissionMask = 0o7777

export interface Target {
  readonly stats: Stats
  /** To the inode. */
  readonly path: string
  /** Open for writing already: its length may be changed whatever the mode says by now. */
  readonly writable: boolean
}

/** Everything is asked before anything is changed. */
export async function changeAttributes(
  { stats, path, writable }: Target,
  { size, mode, uid, gid, modified, accessed }: Attributes,
  identity: PosixIdentity,
  tell: Tell,
): Promise<void> {
  const owns = isRoot(identity) || stats.uid === identity.uid
  const ask = (what: string, allowed: boolean) => {
    tell({ outcome: allowed ? 'allowed' : 'denied', by: 'ownership', change: what, owner: stats.uid, group: stats.gid })
    if (!allowed) throw permissionDenied()
  }
  const same = mode === undefined || ((mode ^ stats.mode) & permissionMask) === 0
  const newMode = same ? undefined : mode & permissionMask
  const newOwner = uid === undefined || uid === stats.uid ? undefined : uid
  const newGroup = gid === undefined || gid === stats.gid ? undefined : gid
  if (newOwner === 0xffff_ffff || newGroup === 0xffff_ffff) throw failure('There is no such owner')
  if (size !== undefined) {
    if (!stats.isFile()) throw failure('Only a file has a length')
    ask('length', writable || permits(stats, identity, 'write'))
  }
  if (newMode !== undefined) ask('mode', isRoot(identity))
  if (newOwner !== undefined) ask('owner', isRoot(identity))
  if (newGroup !== undefined) ask('group', isRoot(identity) || (owns && identity.groups.has(newGroup)))
  if (modified !== undefined) ask('times', owns)
  if (size !== undefined) await truncate(path, size)
  if (newOwner !== undefined || newGroup !== undefined) {
    await chown(path, newOwner ?? stats.uid, newGroup ?? stats.gid)
  }
  // After the owner, since giving a file away takes its set-user-id bit.
  if (newMode !== undefined) await chmod(path, newMode)
  if (modified !== undefined) await utimes(path, accessed ?? modified, modified)
}
