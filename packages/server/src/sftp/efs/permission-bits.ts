/**
 * Who may do what with an inode, by its owner, group and mode. POSIX.1-2024, XBD 4.7 "File Access Permissions"; what only the
 * owner or root may is AWS's: Transfer Family User Guide, "Supported Amazon EFS commands".
 */

export interface PosixIdentity {
  readonly uid: number
  readonly gid: number
  /** The secondary ones, and `gid`. */
  readonly groups: ReadonlySet<number>
}

export interface Inode {
  readonly uid: number
  readonly gid: number
  readonly mode: number
}

export type Access = 'read' | 'write' | 'search'

const bits: Readonly<Record<Access, number>> = { read: 4, write: 2, search: 1 }
const sticky = 0o1000

export const isRoot = ({ uid }: PosixIdentity): boolean => uid === 0

/** One class alone counts: an owner whom the mode denies is not let in as a member of the group. */
export function classOf(inode: Inode, identity: PosixIdentity): 'owner' | 'group' | 'other' {
  if (inode.uid === identity.uid) return 'owner'
  return identity.groups.has(inode.gid) ? 'group' : 'other'
}

const shift = { owner: 6, group: 3, other: 0 } as const

export function permits(inode: Inode, identity: PosixIdentity, access: Access): boolean {
  if (isRoot(identity)) return true
  return ((inode.mode >> shift[classOf(inode, identity)]) & bits[access]) !== 0
}

/** From a directory with the sticky bit only the owner of the entry, or of the directory, takes an entry away. */
export function mayTakeAway(directory: Inode, entry: Inode, identity: PosixIdentity): boolean {
  if (isRoot(identity) || (directory.mode & sticky) === 0) return true
  return entry.uid === identity.uid || directory.uid === identity.uid
}

/** `uid 1000, gid 1000, secondary gids 5, 7` */
export function identityText({ uid, gid, groups }: PosixIdentity): string {
  const secondary = [...groups].filter((group) => group !== gid)
  return `uid ${uid}, gid ${gid}${secondary.length === 0 ? '' : `, secondary gids ${secondary.join(', ')}`}`
}

/** `0640` */
export const modeText = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0')
