/**
 * From a path that a client sends to the place that it means. Lexical: `..` is resolved first and never leads above `/`, so that
 * no mapping can be left by it. Transfer Family User Guide, "Using logical directories".
 */

import type { Home, Mapping } from '../services/transfer/home.ts'

export type Place =
  /** The root of a PATH home: where the buckets are listed. */
  | { readonly kind: 'buckets' }
  /** An ancestor of mappings: listable, never writable. */
  | { readonly kind: 'virtual'; readonly children: readonly string[] }
  /** Bucket and key, the key without slashes at its ends; empty: the bucket itself. */
  | {
      readonly kind: 'stored'
      readonly bucket: string
      readonly key: string
      /** A directory whatever the store says: the home and its ancestors, and the entries of mappings. */
      readonly isDirectory: boolean
      /** It stands for a place as a whole: it cannot be removed, renamed or written over. */
      readonly fixed: boolean
      /** How many segments of the key are a mapping's, which no path below it may leave. */
      readonly depth: number
    }
  /** Below no mapping. */
  | { readonly kind: 'nowhere' }

export type StoredPlace = Extract<Place, { kind: 'stored' }>

/** Segments of an absolute path; relative ones begin at `base`. */
export function normalized(path: string, base: readonly string[]): string[] {
  const result = path.startsWith('/') ? [] : [...base]
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') result.pop()
    else result.push(segment)
  }
  return result
}

export const pathText = (segments: readonly string[]): string => `/${segments.join('/')}`

/** For the log: the place behind a path as a client sent it, `/bucket/key`; the path itself where nothing lies behind it. */
export function storedPath(paths: PathMap, path: string): string {
  const segments = paths.normalized(path)
  const place = paths.place(segments)
  return place.kind === 'stored' ? `/${place.bucket}${place.key === '' ? '' : `/${place.key}`}` : pathText(segments)
}

export class PathMap {
  readonly #home: Home
  /** Of virtual ancestors: the names in each. */
  readonly #children = new Map<string, Set<string>>()
  readonly #byEntry = new Map<string, Mapping>()
  #deepest = 0

  constructor(home: Home) {
    this.#home = home
    if (home.kind === 'PATH') return
    for (const mapping of home.mappings) {
      const { entry } = mapping
      this.#byEntry.set(pathText(entry), mapping)
      this.#deepest = Math.max(this.#deepest, entry.length)
      for (let depth = 0; depth < entry.length; depth += 1) {
        const parent = pathText(entry.slice(0, depth))
        const names = this.#children.get(parent) ?? new Set<string>()
        this.#children.set(parent, names.add(entry[depth] ?? ''))
      }
    }
  }

  /** Where a session begins. */
  get landing(): readonly string[] {
    return this.#home.kind === 'PATH' ? this.#home.segments : this.#home.landing
  }

  /** As the log prints it: always `/` behind mappings. */
  get logged(): string {
    return this.#home.kind === 'PATH' ? pathText(this.#home.segments) : '/'
  }

  normalized(path: string): string[] {
    return normalized(path, this.landing)
  }

  place(segments: readonly string[]): Place {
    return this.#home.kind === 'PATH' ? this.#physical(segments) : this.#mapped(segments)
  }

  #physical(segments: readonly string[]): Place {
    const [bucket, ...key] = segments
    if (bucket === undefined) return { kind: 'buckets' }
    const { landing } = this
    const isDirectory = segments.length <= landing.length && segments.every((segment, at) => segment === landing[at])
    return { kind: 'stored', bucket, key: key.join('/'), isDirectory, fixed: key.length === 0, depth: 0 }
  }

  #mapped(segments: readonly string[]): Place {
    // No entry lies within another: at most one begins the path.
    for (let depth = Math.min(segments.length, this.#deepest); depth >= 0; depth -= 1) {
      const mapping = this.#byEntry.get(pathText(segments.slice(0, depth)))
      if (mapping === undefined) continue
      const rest = segments.slice(depth)
      if (mapping.type === 'FILE' && rest.length > 0) return { kind: 'nowhere' }
      const [bucket = '', ...key] = [...mapping.target, ...rest]
      const isEntry = rest.length === 0 && mapping.type === 'DIRECTORY'
      const fixed = isEntry || key.length === 0
      const mapped = mapping.type === 'DIRECTORY' ? mapping.target.length - 1 : 0
      return { kind: 'stored', bucket, key: key.join('/'), isDirectory: isEntry, fixed, depth: mapped }
    }
    const children = this.#children.get(pathText(segments))
    return children === undefined ? { kind: 'nowhere' } : { kind: 'virtual', children: [...children].sort() }
  }
}
