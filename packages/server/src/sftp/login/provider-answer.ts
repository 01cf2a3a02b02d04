/**
 * The answer of an identity provider, validated: anything that is not as it should be refuses the login. User Guide, "Custom
 * identity provider: response". Members that are not known are left alone.
 */

import { readPublicKey } from '../../services/transfer/ssh-key.ts'
import {
  type MapEntry,
  type PosixProfile,
  settingsFault,
  type UserSettings,
} from '../../services/transfer/user-settings.ts'
import { LoginRefused } from './login.ts'

export interface AnsweredUser {
  readonly settings: UserSettings
  /** `ssh-ed25519 AAAA…` */
  readonly identities: readonly string[]
}

export function readAnswer(text: string, domain: string): AnsweredUser {
  const answer = objectOf(text)
  const Role = textOf(answer, 'Role')
  // An empty object is how a provider says no.
  if (Role === undefined || Role.trim() === '') throw new LoginRefused('the identity provider did not accept the user')
  if (!/^arn:.*role\/\S+$/.test(Role) || Role.length > 2048) throw malformed('Role')
  const type = textOf(answer, 'HomeDirectoryType') || 'PATH'
  if (type !== 'PATH' && type !== 'LOGICAL') throw malformed('HomeDirectoryType')
  const home = textOf(answer, 'HomeDirectory')
  const details = mappingsOf(answer)
  const Policy = textOf(answer, 'Policy')
  const profile = posixProfile(answer.PosixProfile)
  const settings: UserSettings = {
    Role,
    HomeDirectoryType: type,
    ...(home === undefined ? {} : { HomeDirectory: home }),
    ...(details === undefined ? {} : { HomeDirectoryMappings: details }),
    ...(Policy === undefined ? {} : { Policy }),
    // Templates of AWS answer one for every domain.
    ...(profile === undefined || domain !== 'EFS' ? {} : { PosixProfile: profile }),
  }
  const fault = settingsFault(settings, domain)
  if (fault !== undefined) throw new LoginRefused(`the answer of the identity provider is not valid: ${fault}`)
  return { settings, identities: identitiesOf(answer.PublicKeys) }
}

type Answer = Readonly<Record<string, unknown>>

const malformed = (member: string) =>
  new LoginRefused(`the answer of the identity provider is not valid: ${member} is not as it should be`)

function objectOf(text: string): Answer {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new LoginRefused('the answer of the identity provider is no JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LoginRefused('the answer of the identity provider is no JSON object')
  }
  return value as Answer
}

function textOf(answer: Answer, name: string): string | undefined {
  const value = answer[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw malformed(name)
  return value
}

/** A JSON array as a string, though some providers send the array itself: only the string is AWS's form. */
function mappingsOf(answer: Answer): readonly MapEntry[] | undefined {
  const text = textOf(answer, 'HomeDirectoryDetails')
  if (text === undefined || text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('HomeDirectoryDetails')
  }
  if (!Array.isArray(value)) throw malformed('HomeDirectoryDetails')
  return value.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) throw malformed('HomeDirectoryDetails')
    const { Entry, Target, Type } = entry as Record<string, unknown>
    if (typeof Entry !== 'string' || typeof Target !== 'string') throw malformed('HomeDirectoryDetails')
    if (Type !== undefined && typeof Type !== 'string') throw malformed('HomeDirectoryDetails')
    return { Entry, Target, ...(Type === undefined ? {} : { Type }) }
  })
}

const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 4_294_967_295

function posixProfile(value: unknown): PosixProfile | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object') throw malformed('PosixProfile')
  const { Uid, Gid, SecondaryGids = [] } = value as Record<string, unknown>
  if (!isId(Uid) || !isId(Gid) || !Array.isArray(SecondaryGids)) throw malformed('PosixProfile')
  if (SecondaryGids.length > 16 || !SecondaryGids.every(isId)) throw malformed('PosixProfile')
  return { Uid, Gid, SecondaryGids }
}

function identitiesOf(value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw malformed('PublicKeys')
  const identities: string[] = []
  for (const line of value as unknown[]) {
    if (typeof line !== 'string') throw malformed('PublicKeys')
    if (line.trim() === '') continue
    const key = readPublicKey(line)
    if (key === undefined) throw malformed('PublicKeys')
    identities.push(key.identity)
  }
  return identities
}
