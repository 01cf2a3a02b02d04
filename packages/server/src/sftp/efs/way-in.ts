/** From a place to its inode: the role's part of the decision, then the walk, as the user or, where root may not be root, as nobody. */

import type { Tell } from '../files/decisions.ts'
import { noSuchFile, permissionDenied } from '../files/file-system.ts'
import type { StoredPlace } from '../paths.ts'
import { type ClientAccess, type ClientAccessOptions, mayAccess } from './client-access.ts'
import type { EfsRoot } from './efs-root.ts'
import { isRoot, type PosixIdentity } from './permission-bits.ts'
import { type Walked, type Walker, type WalkOptions, walk } from './walk.ts'

export interface WayIn {
  readonly root: EfsRoot
  readonly identity: PosixIdentity
  readonly client: ClientAccessOptions
}

/** Where root is not allowed to be root. EFS User Guide, "Enable root squashing". */
const squashed: PosixIdentity = { uid: 65_534, gid: 65_534, groups: new Set([65_534]) }

/** The caller closes what it walked. */
export async function walkIn(
  place: StoredPlace,
  access: ClientAccess,
  { root, identity, client }: WayIn,
  tell: Tell,
  options: WalkOptions,
): Promise<{ readonly walked: Walked; readonly walker: Walker }> {
  const may = (asked: ClientAccess) => mayAccess(asked, place.bucket, client, tell)
  if (!(await may(access))) throw permissionDenied()
  const who = !isRoot(identity) || (await may('ClientRootAccess')) ? identity : squashed
  const walker = { identity: who, tell, where: `/${place.bucket}/${place.key}` }
  const segments = place.key === '' ? [] : place.key.split('/')
  const fileSystem = await root.fileSystem(place.bucket)
  if (fileSystem === undefined) throw noSuchFile()
  if (place.depth === 0) return { walked: await walk(fileSystem, segments, walker, options), walker }
  // No link leads above the place that a mapping stands for.
  const target = await walk(fileSystem, segments.slice(0, place.depth), walker, { follow: true })
  const floor = await target.takeNode()
  if (floor === undefined) throw noSuchFile()
  return { walked: await walk(floor, segments.slice(place.depth), walker, options), walker }
}
