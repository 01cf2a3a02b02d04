/**
 * From a path to its inode, name by name: each directory on the way must let the user search it, and each stays open while its entry
 * is looked up, so that nobody can put another in its place. Links are followed by hand and never lead out of where the walk began.
 * path_resolution(7).
 */

import { readlink } from 'node:fs/promises'
import type { Tell } from '../files/decisions.ts'
import { failure, noSuchFile, permissionDenied } from '../files/file-system.ts'
import { modeLetters } from '../protocol/attributes.ts'
import type { Node } from './node.ts'
import { type Access, classOf, identityText, modeText, type PosixIdentity, permits } from './permission-bits.ts'

const bitOf = { read: 'r', write: 'w', search: 'x' } as const

/** As Linux. */
const mostLinks = 40

export interface Walker {
  readonly identity: PosixIdentity
  readonly tell: Tell
  /** What was asked for, for the log: `/fs-…/path`. */
  readonly where: string
}

/** Throws `permissionDenied`, and tells what decided. */
export function mustPermit(node: Node, access: Access, { identity, tell }: Walker): void {
  const { uid, gid, mode } = node.stats
  const outcome = permits(node.stats, identity, access) ? 'allowed' : 'denied'
  const by = { by: 'permission bits', need: access, class: classOf(node.stats, identity) }
  // Each directory on the way must be searched: only where it may not be is that worth a line.
  if (outcome === 'allowed' && access === 'search') return
  const told = { ...by, mode: modeText(mode), owner: uid, group: gid, path: node.where }
  if (outcome === 'allowed') {
    tell({ outcome, ...told })
    return
  }
  const inode = `${node.where} is ${modeLetters(mode)}, of ${uid}:${gid}`
  tell({
    outcome,
    ...told,
    reason: `${inode}; ${by.class} has no ${bitOf[access]}, needed to ${access}: ${identityText(identity)}`,
  })
  throw permissionDenied()
}

export interface WalkOptions {
  /** A link at the end leads on. */
  readonly follow: boolean
}

/** Where a walk ended. Everything that it holds is closed together. */
export class Walked {
  /** From where the walk began to the last that was found. */
  readonly #open: readonly Node[]
  readonly name: string
  /** Undefined: the directory has no such entry. */
  readonly node: Node | undefined
  /** A link led here: the entry is not where the client's path says. */
  readonly byLink: boolean

  constructor(open: readonly Node[], name: string, found: boolean, byLink: boolean) {
    this.#open = open
    this.name = name
    this.node = found ? open.at(-1) : undefined
    this.byLink = byLink
  }

  /** Undefined where the walk did not leave its beginning. */
  get parent(): Node | undefined {
    return this.node === undefined ? this.#open.at(-1) : this.#open.at(-2)
  }

  /** The end of the walk alone, which the caller closes. */
  async takeNode(): Promise<Node | undefined> {
    for (const node of this.#open) if (node !== this.node) await node.close()
    return this.node
  }

  async close(): Promise<void> {
    for (const node of this.#open) await node.close()
  }
}

/** Takes `floor` over: it is closed with the rest, also where this throws. Nothing above it is ever reached. */
export async function walk(
  floor: Node,
  segments: readonly string[],
  walker: Walker,
  { follow }: WalkOptions,
): Promise<Walked> {
  const open = [floor]
  const rest = [...segments]
  let links = 0
  let last = ''
  try {
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      if (name === '' || name === '.') continue
      const directory = open.at(-1) as Node
      if (!directory.stats.isDirectory()) throw noSuchFile()
      mustPermit(directory, 'search', walker)
      if (name === '..') {
        if (open.length === 1) throw escapes(walker)
        await open.pop()?.close()
        continue
      }
      last = name
      const isLast = rest.length === 0
      const node = await directory.openEntry(name)
      if (node === undefined) {
        if (!isLast) throw noSuchFile()
        return new Walked(open, name, false, links > 0)
      }
      if (!node.stats.isSymbolicLink() || (isLast && !follow)) {
        open.push(node)
        continue
      }
      await node.close()
      links += 1
      if (links > mostLinks) throw failure('Too many links')
      const target = await readlink(directory.entry(name))
      if (target.startsWith('/')) throw escapes(walker)
      rest.unshift(...target.split('/'))
    }
    return new Walked(open, last, true, links > 0)
  } catch (error) {
    for (const node of open) await node.close()
    throw error
  }
}

function escapes({ tell, where }: Walker): Error {
  tell({ outcome: 'denied', by: 'link', path: where, reason: 'the link leads out of the file system or the home' })
  return permissionDenied()
}
