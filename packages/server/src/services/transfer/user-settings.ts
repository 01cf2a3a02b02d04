/**
 * What decides about one user, wherever it comes from: CreateUser, CreateAccess or an identity provider's answer. API reference,
 * CreateUser; Transfer Family User Guide, "Using logical directories".
 */

import { homeOf, segmentsOf, variableValues } from './home.ts'
import { definiteSessionPolicy, isBlank, readSessionPolicy } from './session-policy.ts'
import { withUserName } from './variables.ts'

export interface MapEntry {
  readonly Entry: string
  readonly Target: string
  readonly Type?: string | undefined
}

export interface PosixProfile {
  readonly Uid: number
  readonly Gid: number
  readonly SecondaryGids?: readonly number[] | undefined
}

export interface UserSettings {
  readonly Role: string
  readonly HomeDirectory?: string | undefined
  readonly HomeDirectoryType?: 'PATH' | 'LOGICAL' | undefined
  readonly HomeDirectoryMappings?: readonly MapEntry[] | undefined
  /** As given; blank counts as none. */
  readonly Policy?: string | undefined
  readonly PosixProfile?: PosixProfile | undefined
}

const longestPath = 1024
const mostMappings = 50_000

/** The first thing that is wrong, as a sentence. `domain` as of the server. */
export function settingsFault(settings: UserSettings, domain: string): string | undefined {
  return (
    homeFault(settings) ??
    fileSystemFault(settings, domain) ??
    policyFault(settings, domain) ??
    posixFault(settings, domain)
  )
}

function homeFault(settings: UserSettings): string | undefined {
  const { HomeDirectory: home, HomeDirectoryMappings: mappings } = settings
  if (home !== undefined && home !== '') {
    const fault = pathFault('HomeDirectory', home)
    if (fault !== undefined) return fault
  }
  if (settings.HomeDirectoryType !== 'LOGICAL') {
    return mappings === undefined ? undefined : 'HomeDirectoryMappings need HomeDirectoryType LOGICAL.'
  }
  if (mappings === undefined || mappings.length === 0) return 'HomeDirectoryType LOGICAL needs HomeDirectoryMappings.'
  const fault = mappingsFault(mappings)
  if (fault !== undefined || home === undefined || home === '') return fault
  const landing = segmentsOf(home).join('/')
  if (mappings.some(({ Entry }) => segmentsOf(Entry).join('/') === landing)) return undefined
  return 'HomeDirectory must be the Entry of a mapping when HomeDirectoryType is LOGICAL.'
}

function pathFault(name: string, path: string): string | undefined {
  if (!path.startsWith('/')) return `${name} must begin with a slash.`
  if (path.length > longestPath) return `${name} must not be longer than ${longestPath} characters.`
  if (path.includes('\0')) return `${name} must not hold a null character.`
  if (segmentsOf(path).some((segment) => segment === '.' || segment === '..')) {
    return `${name} must not hold the segments . or ..`
  }
  if (withUserName(path, 'name') === undefined) return `${name} can hold no other variable than \${transfer:UserName}.`
  return undefined
}

function mappingsFault(mappings: readonly MapEntry[]): string | undefined {
  if (mappings.length > mostMappings) return `At most ${mostMappings} HomeDirectoryMappings are allowed.`
  const entries: string[] = []
  for (const { Entry, Target, Type } of mappings) {
    if (typeof Entry !== 'string' || typeof Target !== 'string') return 'A mapping needs Entry and Target.'
    const fault = pathFault('Entry', Entry) ?? pathFault('Target', Target)
    if (fault !== undefined) return fault
    if (Type !== undefined && Type !== 'FILE' && Type !== 'DIRECTORY') return 'Type must be FILE or DIRECTORY.'
    if (Target.endsWith('/')) return 'A Target must not end in a slash.'
    entries.push(segmentsOf(Entry).join('/'))
  }
  // In this order an ancestor stands right before its first descendant: the separator sorts before every character.
  const sorted = entries.map((entry) => entry.replaceAll('/', '\0')).sort()
  for (const [index, entry] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next === undefined) break
    if (next === entry) return 'Two mappings have the same Entry.'
    if (entry === '') return 'The Entry / must be the only one.'
    if (next.startsWith(`${entry}\0`)) return 'The Entry of a mapping must not lie within that of another.'
  }
  return undefined
}

/** User Guide, "Configure logical directories for Amazon EFS": what is the bucket in S3 is the file system's id. */
function fileSystemFault(
  { HomeDirectory: home = '', HomeDirectoryType: type, HomeDirectoryMappings: mappings = [] }: UserSettings,
  domain: string,
): string | undefined {
  if (domain !== 'EFS') return undefined
  const isWithin = (path: string) => /^fs-[0-9a-f]{8,40}$/.test(segmentsOf(path)[0] ?? '')
  if (type === 'LOGICAL') {
    const all = mappings.every(({ Target }) => isWithin(Target))
    return all ? undefined : 'A Target must begin with the id of a file system, like /fs-0123456789abcdef0.'
  }
  if (segmentsOf(home).length === 0 || isWithin(home)) return undefined
  return 'HomeDirectory must begin with the id of a file system, like /fs-0123456789abcdef0.'
}

function policyFault(settings: UserSettings, domain: string): string | undefined {
  const { Policy: text } = settings
  if (text === undefined || isBlank(text)) return undefined
  if (domain === 'EFS') return 'Session policies do not apply to Amazon EFS; permission bits do.'
  const read = readSessionPolicy(text)
  if (!read.ok) return read.message
  // Any name will do: what is asked is whether the home has the values that the policy uses.
  const definite = definiteSessionPolicy(text, variableValues(homeOf(settings, 'name'), 'name'))
  return definite.ok ? undefined : definite.message
}

function posixFault({ PosixProfile: profile }: UserSettings, domain: string): string | undefined {
  if (domain !== 'EFS') return profile === undefined ? undefined : 'A PosixProfile goes with Amazon EFS alone.'
  return profile === undefined ? 'A PosixProfile is needed for Amazon EFS.' : undefined
}
