/**
 * A POSIX folder as the file system of an SFTP session: the role may use the file system as a whole, and the permission bits of each
 * inode decide for the user's uid and groups, since the server's own process is bound by others. Transfer Family User Guide,
 * "Configure an Amazon EFS file system".
 */

import { constants } from 'node:fs'
import { link, readlink, rename, rmdir, unlink } from 'node:fs/promises'
import type { Tell } from '../files/decisions.ts'
import {
  type FileSystem,
  failure,
  type Listing,
  noSuchFile,
  permissionDenied,
  type ReadableFile,
  type RenameOptions,
  unsupported,
  type WritableFile,
  type WriteMode,
} from '../files/file-system.ts'
import { fixedListing } from '../files/fixed-listing.ts'
import { type PathMap, type Place, pathText, type StoredPlace, storedPath } from '../paths.ts'
import type { Attributes } from '../protocol/attributes.ts'
import { changeAttributes } from './attribute-changes.ts'
import { type ClientAccess, mayAccess } from './client-access.ts'
import { asSftpErrors } from './errors.ts'
import { openListing } from './file-listing.ts'
import { linkText } from './link-text.ts'
import { makeDirectory, makeFile, makeLink } from './new-entries.ts'
import type { Node } from './node.ts'
import { attributesOf, FileReader, FileWriter, OpenFile } from './open-files.ts'
import {
  found,
  mustBeFree,
  mustBeRemovable,
  mustMayTakeAway,
  toChange,
  toList,
  toRead,
  toWrite,
} from './operation-rules.ts'
import { isRoot, permits } from './permission-bits.ts'
import { mustPermit, type Walked, type Walker } from './walk.ts'
import { type WayIn, walkIn } from './way-in.ts'

export interface EfsFilesOptions extends WayIn {
  readonly paths: PathMap
  /** SetStatOption ENABLE_NO_OP: attributes are taken and dropped. */
  readonly ignoreSetStat: boolean
  readonly now: () => number
}

const setId = 0o6000

export class EfsFiles implements FileSystem {
  readonly #options: EfsFilesOptions
  readonly #tell: Tell

  constructor(options: EfsFilesOptions, tell: Tell = () => {}) {
    this.#options = options
    this.#tell = tell
  }

  watched(tell: Tell): FileSystem {
    return new EfsFiles(this.#options, tell)
  }

  realPath(path: string): string {
    return pathText(this.#options.paths.normalized(path))
  }

  storedPath(path: string): string {
    return storedPath(this.#options.paths, path)
  }

  #place(path: string): Place {
    const { paths } = this.#options
    return paths.place(paths.normalized(path))
  }

  #stored(path: string): StoredPlace {
    const place = this.#place(path)
    if (place.kind === 'stored') return place
    this.#tell({ outcome: 'denied', by: 'home directory', reason: 'no file system lies there' })
    throw place.kind === 'nowhere' ? noSuchFile() : failure('It is a directory')
  }

  /** Where something may be made, removed or renamed. */
  #changeable(path: string): StoredPlace {
    const place = this.#place(path)
    if (place.kind === 'stored' && !place.fixed) return place
    this.#tell({ outcome: 'denied', by: 'home directory', reason: 'it stands for a place as a whole' })
    throw place.kind === 'virtual' || place.kind === 'nowhere' ? noSuchFile() : permissionDenied()
  }

  /** The role's part of the decision, and the walk to the inode; `task` works on what is held open meanwhile. */
  async #at<T>(
    place: StoredPlace,
    access: ClientAccess,
    follow: boolean,
    task: (walked: Walked, walker: Walker) => Promise<T>,
    keep = false,
  ): Promise<T> {
    const { walked, walker } = await walkIn(place, access, this.#options, this.#tell, { follow })
    let kept = false
    try {
      const result = await task(walked, walker)
      kept = keep
      return result
    } finally {
      if (!kept) await walked.close()
    }
  }

  async stat(path: string, { follow }: { readonly follow: boolean }): Promise<Attributes> {
    const place = this.#place(path)
    if (place.kind === 'nowhere') throw noSuchFile()
    if (place.kind !== 'stored') return virtualDirectory(this.#options.now())
    return asSftpErrors(() =>
      this.#at(place, 'ClientMount', follow, async ({ node }) => attributesOf(found(node).stats)),
    )
  }

  async openRead(path: string): Promise<ReadableFile> {
    const place = this.#stored(path)
    return asSftpErrors(() =>
      this.#at(place, 'ClientMount', true, async (walked, walker) => {
        const file = toRead(walked, walker)
        return new FileReader(await file.reopen(constants.O_RDONLY), file.stats, walker.identity)
      }),
    )
  }

  async openWrite(path: string, mode: WriteMode): Promise<WritableFile> {
    const place = this.#changeable(path)
    const flags = constants.O_WRONLY | (mode.append ? constants.O_APPEND : 0)
    return asSftpErrors(() =>
      this.#at(place, 'ClientWrite', true, async (walked, walker) => {
        const there = toWrite(walked, walker, mode)
        if ('file' in there) return this.#openThere(there.file, walker, mode, flags)
        const options = { mode: mode.attributes.mode, flags }
        const handle = await makeFile(there.directory, walked.name, walker.identity, options)
        if (handle === undefined) throw failure('The file is there already')
        return new FileWriter(handle, await handle.stat(), walker.identity, mode.append)
      }),
    )
  }

  async #openThere(file: Node, walker: Walker, mode: WriteMode, flags: number): Promise<WritableFile> {
    const handle = await file.reopen(flags | (mode.truncate ? constants.O_TRUNC : 0))
    const before = file.stats.mode
    // The kernel takes these bits when somebody writes; it would not when this process does.
    if (!isRoot(walker.identity) && (before & setId) !== 0) await handle.chmod(before & 0o7777 & ~setId)
    return new FileWriter(handle, await handle.stat(), walker.identity, mode.append)
  }

  async openDirectory(path: string): Promise<Listing> {
    const place = this.#place(path)
    const { now } = this.#options
    if (place.kind === 'nowhere') throw noSuchFile()
    if (place.kind === 'virtual') return fixedListing(place.children, now())
    if (place.kind === 'buckets') return fixedListing(await this.#mountable(), now())
    return asSftpErrors(() =>
      this.#at(
        place,
        'ClientMount',
        true,
        async (walked, walker) => {
          const directory = toList(walked, walker)
          const looks = permits(directory.stats, walker.identity, 'search')
          return openListing(directory, looks, () => walked.close())
        },
        true,
      ),
    )
  }

  /** The file systems that the role may read. */
  async #mountable(): Promise<string[]> {
    const names: string[] = []
    for (const name of await this.#options.root.fileSystems()) {
      if (await mayAccess('ClientMount', name, this.#options.client, this.#tell)) names.push(name)
    }
    return names
  }

  /** A change of a directory's entries: its parent must be writable. One at a time. */
  #change(path: string, task: (parent: Node, walked: Walked, walker: Walker) => Promise<void>): Promise<void> {
    const place = this.#changeable(path)
    return this.#options.root.changing(() =>
      asSftpErrors(() =>
        this.#at(place, 'ClientWrite', false, (walked, walker) => task(toChange(walked, walker), walked, walker)),
      ),
    )
  }

  makeDirectory(path: string, { mode }: Attributes): Promise<void> {
    return this.#change(path, async (parent, walked, { identity }) => {
      mustBeFree(walked)
      await makeDirectory(parent, walked.name, identity, mode)
    })
  }

  removeDirectory(path: string): Promise<void> {
    return this.#change(path, async (parent, walked, walker) => {
      mustBeRemovable('directory', parent, walked, walker)
      await rmdir(parent.entry(walked.name))
    })
  }

  removeFile(path: string): Promise<void> {
    return this.#change(path, async (parent, walked, walker) => {
      mustBeRemovable('file', parent, walked, walker)
      await unlink(parent.entry(walked.name))
    })
  }

  rename(from: string, to: string, { replace }: RenameOptions): Promise<void> {
    const target = this.#changeable(to)
    return this.#change(from, async (parent, walked, walker) => {
      const source = found(walked.node)
      mustMayTakeAway(parent, source, walker)
      await this.#at(target, 'ClientWrite', false, async (there, walkerThere) => {
        const newParent = there.parent
        if (newParent === undefined) throw permissionDenied()
        if (there.node?.isSame(source) && newParent.isSame(parent) && there.name === walked.name) return
        mustPermit(newParent, 'write', walkerThere)
        // Its `..` changes.
        if (source.stats.isDirectory() && !newParent.isSame(parent)) mustPermit(source, 'write', walker)
        if (there.node !== undefined) {
          if (!replace) throw failure('The target is there already')
          mustMayTakeAway(newParent, there.node, walkerThere)
        }
        const names = [parent.entry(walked.name), newParent.entry(there.name)] as const
        if (replace || source.stats.isDirectory()) await rename(...names)
        else {
          // Unlike a renaming, this fails where somebody was faster.
          await link(...names)
          await unlink(names[0])
        }
      })
    })
  }

  async setAttributes(path: string, attributes: Attributes): Promise<void> {
    if (this.#ignores()) return
    const place = this.#changeable(path)
    await asSftpErrors(() =>
      this.#at(place, 'ClientWrite', true, async ({ node }, walker) => {
        const { stats, self } = found(node)
        if (!stats.isFile() && !stats.isDirectory()) throw unsupported()
        await changeAttributes({ stats, path: self, writable: false }, attributes, walker.identity, this.#tell)
      }),
    )
  }

  async setFileAttributes(file: ReadableFile | WritableFile, attributes: Attributes): Promise<void> {
    if (this.#ignores()) return
    if (!(file instanceof OpenFile)) throw unsupported()
    await asSftpErrors(async () => {
      const stats = await file.handle.stat()
      const target = { stats, path: `/proc/self/fd/${file.handle.fd}`, writable: file instanceof FileWriter }
      await changeAttributes(target, attributes, file.identity, this.#tell)
      await file.refresh()
    })
  }

  #ignores(): boolean {
    const { ignoreSetStat } = this.#options
    if (ignoreSetStat) this.#tell({ outcome: 'allowed', by: 'SetStatOption ENABLE_NO_OP' })
    return ignoreSetStat
  }

  async readLink(path: string): Promise<string> {
    const place = this.#stored(path)
    return asSftpErrors(() =>
      this.#at(place, 'ClientMount', false, async ({ node, parent, name }) => {
        if (!found(node).stats.isSymbolicLink() || parent === undefined) throw failure('It is no link')
        return readlink(parent.entry(name))
      }),
    )
  }

  symbolicLink(target: string, path: string): Promise<void> {
    const text = linkText(this.#options.paths, target, path)
    return this.#change(path, async (parent, walked, walker) => {
      mustBeFree(walked)
      if (text === undefined) {
        this.#tell({ outcome: 'denied', by: 'link', reason: 'it would lead out of the file system or the home' })
        throw permissionDenied()
      }
      await makeLink(parent, walked.name, walker.identity, text)
    })
  }
}

const virtualDirectory = (time: number): Attributes => ({
  size: 0,
  uid: 0,
  gid: 0,
  mode: 0o040555,
  modified: Math.floor(time / 1000),
})
