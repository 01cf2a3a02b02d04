/**
 * The folder whose sub-folders stand for the file systems of one account: `DIR/fs-0123456789abcdef0`. Opened once; decision 0023
 * says what the server's process must be allowed.
 */

import { constants } from 'node:fs'
import { opendir, readFile } from 'node:fs/promises'
import { OptionError } from '../../kernel/option-error.ts'
import { Node } from './node.ts'
import type { PosixIdentity } from './permission-bits.ts'

/** EFS API reference, `FileSystemId`: 8 to 40 hexadecimal digits. */
export const isFileSystemId = (name: string): boolean => /^fs-[0-9a-f]{8,40}$/.test(name)

/** Of capabilities(7): to give a file to somebody else. */
const chownCapability = 1n
/** To the kernel this number means "leave it as it is". */
const nobody = 0xffff_ffff

export class EfsRoot {
  /** Who owns the file systems. */
  readonly account: string
  readonly #root: Node
  readonly #mayGiveAway: boolean
  #changing: Promise<unknown> = Promise.resolve()

  private constructor(root: Node, account: string, mayGiveAway: boolean) {
    this.#root = root
    this.account = account
    this.#mayGiveAway = mayGiveAway
  }

  /** Throws `OptionError`. */
  static async open(folder: string, account: string): Promise<EfsRoot> {
    if (process.platform !== 'linux') throw new OptionError('--efs-root needs Linux')
    const root = await Node.open(`${folder}/.`, constants.O_DIRECTORY).catch((error: Error) => {
      throw new OptionError(`the folder of --efs-root cannot be opened: ${error.message}`)
    })
    if (root === undefined) throw new OptionError(`the folder of --efs-root is not there: \`${folder}\``)
    return new EfsRoot(root, account, await hasCapability())
  }

  /** The directory of a file system, which is no link; the caller closes it. */
  fileSystem(id: string): Promise<Node | undefined> {
    if (!isFileSystemId(id)) return Promise.resolve(undefined)
    return Node.open(this.#root.entry(id), constants.O_DIRECTORY, `/${id}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined
      throw error
    })
  }

  /** ARN of a file system by its id. */
  arnOf({ partition, region }: { readonly partition: string; readonly region: string }): (id: string) => string {
    return (id) => `arn:${partition}:elasticfilesystem:${region}:${this.account}:file-system/${id}`
  }

  async fileSystems(): Promise<string[]> {
    const names: string[] = []
    for await (const entry of await opendir(this.#root.self)) {
      if (entry.isDirectory() && isFileSystemId(entry.name)) names.push(entry.name)
    }
    return names.sort()
  }

  /** Why this process cannot serve that user, or undefined where it can: its files must belong to the user. */
  cannotServe({ uid, gid, groups }: PosixIdentity): string | undefined {
    if (uid === nobody || groups.has(nobody)) return `the number ${nobody} stands for nobody`
    if (this.#mayGiveAway) return undefined
    const own = new Set([process.getegid?.(), ...(process.getgroups?.() ?? [])])
    if (uid === process.geteuid?.() && own.has(gid)) return undefined
    return `the server's process may not give files to uid ${uid} and gid ${gid}: it needs CAP_CHOWN (or root), or to run as that user`
  }

  /** One after the other: whoever makes an entry and gives it away must find it where it was made. */
  async changing<T>(task: () => Promise<T>): Promise<T> {
    const before = this.#changing
    const mine = before.catch(() => {}).then(task)
    this.#changing = mine
    return mine
  }

  close(): Promise<void> {
    return this.#root.close()
  }
}

async function hasCapability(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8')
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return effective !== undefined && (BigInt(`0x${effective}`) & chownCapability) !== 0n
}
