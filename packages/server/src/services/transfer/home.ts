/**
 * Where a user lands and what the policy variables say of it. Transfer Family User Guide, "Using logical directories to simplify
 * your directory structures" and "Creating a session policy".
 */

import type { UserSettings } from './user-settings.ts'
import { type VariableValues, withUserName } from './variables.ts'

export interface Mapping {
  /** Segments of the path that the client sees. */
  readonly entry: readonly string[]
  /** Segments of the place: bucket or file system first. */
  readonly target: readonly string[]
  readonly type: 'FILE' | 'DIRECTORY'
}

export type Home =
  /** Segments; empty: the root, where the buckets are listed. */
  | { readonly kind: 'PATH'; readonly segments: readonly string[]; readonly trailingSlash: boolean }
  | { readonly kind: 'LOGICAL'; readonly mappings: readonly Mapping[]; readonly landing: readonly string[] }

export const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')

/** The settings were checked when they were stored; those of an identity provider, when they came. */
export function homeOf(settings: UserSettings, userName: string): Home {
  const replaced = (path: string) => withUserName(path, userName) ?? path
  if (settings.HomeDirectoryType !== 'LOGICAL') {
    const path = replaced(settings.HomeDirectory ?? '/')
    return { kind: 'PATH', segments: segmentsOf(path), trailingSlash: path.endsWith('/') }
  }
  const mappings = (settings.HomeDirectoryMappings ?? []).map(({ Entry, Target, Type }) => ({
    entry: segmentsOf(Entry),
    target: segmentsOf(replaced(Target)),
    type: Type === 'FILE' ? ('FILE' as const) : ('DIRECTORY' as const),
  }))
  return { kind: 'LOGICAL', mappings, landing: segmentsOf(settings.HomeDirectory ?? '/') }
}

/** A home without a bucket, and every LOGICAL one, has none of the three. */
export function variableValues(home: Home, userName: string): VariableValues {
  if (home.kind === 'LOGICAL' || home.segments.length === 0) {
    return { UserName: userName, HomeBucket: undefined, HomeFolder: undefined, HomeDirectory: undefined }
  }
  const [bucket = '', ...folder] = home.segments
  const slash = home.trailingSlash ? '/' : ''
  return {
    UserName: userName,
    HomeBucket: bucket,
    HomeFolder: folder.join('/'),
    HomeDirectory: `${home.segments.join('/')}${slash}`,
  }
}
