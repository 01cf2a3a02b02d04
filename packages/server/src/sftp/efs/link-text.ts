/** What a new link holds: always relative, and leading nowhere but into the file system, or the home, that it lies in. */

import { normalized, type PathMap } from '../paths.ts'

/** Undefined: it would lead out. `target` as the client sent it: relative to the link, or absolute as the client sees paths. */
export function linkText(paths: PathMap, target: string, path: string): string | undefined {
  const at = paths.normalized(path)
  const link = paths.place(at)
  if (link.kind !== 'stored' || target === '' || target.includes('\0')) return undefined
  const from = link.key.split('/').slice(link.depth, -1)
  if (!target.startsWith('/')) {
    let depth = from.length
    for (const segment of target.split('/')) {
      if (segment === '..') depth -= 1
      else if (segment !== '' && segment !== '.') depth += 1
      if (depth < 0) return undefined
    }
    return target
  }
  const place = paths.place(normalized(target, []))
  if (place.kind !== 'stored' || place.bucket !== link.bucket || place.depth !== link.depth) return undefined
  const above = (key: string) => key.split('/').slice(0, link.depth).join('/')
  if (above(place.key) !== above(link.key)) return undefined
  const to = place.key
    .split('/')
    .slice(link.depth)
    .filter((segment) => segment !== '')
  let common = 0
  while (common < from.length && common < to.length && from[common] === to[common]) common += 1
  const segments = [...from.slice(common).map(() => '..'), ...to.slice(common)]
  return segments.length === 0 ? '.' : segments.join('/')
}
