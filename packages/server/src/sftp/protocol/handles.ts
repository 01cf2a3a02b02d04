/** Open handles of one channel: four bytes each, never given twice, so that a stale one is unknown and not somebody else's. */

import { failure, type Listing, type ReadableFile, type WritableFile } from '../files/file-system.ts'

export type OpenHandle =
  | { readonly kind: 'read'; readonly file: ReadableFile }
  | { readonly kind: 'write'; readonly file: WritableFile }
  | { readonly kind: 'directory'; readonly listing: Listing }

export class Handles {
  readonly limit: number
  readonly #open = new Map<string, OpenHandle>()
  #next = 1
  /** Being opened: they count, or a burst of OPENs would pass the limit. */
  #opening = 0

  constructor(limit: number) {
    this.limit = limit
  }

  /** The reply's handle bytes. */
  async add(open: () => Promise<OpenHandle>): Promise<Buffer> {
    if (this.#open.size + this.#opening >= this.limit) throw failure('Too many open handles')
    this.#opening += 1
    try {
      const handle = await open()
      const bytes = Buffer.allocUnsafe(4)
      bytes.writeUInt32BE(this.#next)
      this.#next = (this.#next + 1) >>> 0
      this.#open.set(bytes.toString('latin1'), handle)
      return bytes
    } finally {
      this.#opening -= 1
    }
  }

  get<K extends OpenHandle['kind']>(handle: string, ...kinds: readonly K[]): Extract<OpenHandle, { kind: K }> {
    const found = this.#open.get(handle)
    if (found === undefined || !(kinds as readonly string[]).includes(found.kind)) throw failure('Invalid handle')
    return found as Extract<OpenHandle, { kind: K }>
  }

  take(handle: string): OpenHandle {
    const found = this.#open.get(handle)
    if (found === undefined) throw failure('Invalid handle')
    this.#open.delete(handle)
    return found
  }

  takeAll(): OpenHandle[] {
    const all = [...this.#open.values()]
    this.#open.clear()
    return all
  }
}
