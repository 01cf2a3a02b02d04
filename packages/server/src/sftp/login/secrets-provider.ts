/**
 * Users kept as secrets, by the contract of AWS's template function: secret `aws/transfer/SERVERID/USER`, older `SFTP/USER`. Its
 * answers are those of an identity provider. AWS Storage Blog, "Enable password authentication for AWS Transfer Family using AWS
 * Secrets Manager"; Secrets Manager API reference, GetSecretValue.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { type IdentityProvider, ProviderFailure, type ProviderQuestion } from './provider.ts'

/** The secret's text; undefined where there is none of that name. */
export type GetSecret = (name: string) => Promise<string | undefined>

export function secretsProvider(get: GetSecret): IdentityProvider {
  return async (question) => {
    const { serverId, userName } = question
    const text = (await get(`aws/transfer/${serverId}/${userName}`)) ?? (await get(`SFTP/${userName}`))
    const secret = text === undefined ? undefined : secretOf(text)
    const answer = secret === undefined || !accepts(secret, question) ? {} : answerOf(secret, question)
    return { statusCode: 200, body: JSON.stringify(answer), url: '' }
  }
}

type Secret = (name: string) => string | undefined

/** Any name may carry the protocol in front: `SFTPPassword`. */
function secretOf(text: string): Secret {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ProviderFailure('the secret is no JSON')
  }
  if (typeof value !== 'object' || value === null) throw new ProviderFailure('the secret is no JSON object')
  const members = value as Record<string, unknown>
  return (name) => {
    const found = Object.hasOwn(members, `SFTP${name}`) ? members[`SFTP${name}`] : undefined
    const member = found ?? (Object.hasOwn(members, name) ? members[name] : undefined)
    if (member === undefined || member === null) return undefined
    if (typeof member !== 'string') throw new ProviderFailure(`${name} of the secret is no text`)
    return member
  }
}

function accepts(secret: Secret, { password, sourceIp }: ProviderQuestion): boolean {
  const network = secret('AcceptedIpNetwork')
  if (network !== undefined && !inNetwork(sourceIp, network)) return false
  if (password === '') return secret('PublicKey') !== undefined
  const right = secret('Password')
  return right !== undefined && right !== '' && same(password, right)
}

/** Digests are of one length: the time tells nothing of the password. */
function same(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}

function inNetwork(ip: string, network: string): boolean {
  const [address = '', bits] = network.split('/')
  const family = isIP(address)
  const length = Number(bits ?? (family === 6 ? 128 : 32))
  const longest = family === 6 ? 128 : 32
  if (family === 0 || isIP(ip) === 0 || !Number.isInteger(length) || length < 0 || length > longest) {
    throw new ProviderFailure('AcceptedIpNetwork of the secret is no network')
  }
  const list = new BlockList()
  list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4')
  return list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')
}

function answerOf(secret: Secret, { password }: ProviderQuestion): Record<string, unknown> {
  const details = secret('HomeDirectoryDetails')
  const given = Object.fromEntries(
    ['Role', 'Policy', 'HomeDirectory'].flatMap((name) => {
      const value = secret(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const { HomeDirectory: _, ...withoutHome } = given
  const home =
    details === undefined ? given : { ...withoutHome, HomeDirectoryDetails: details, HomeDirectoryType: 'LOGICAL' }
  return password === '' ? { ...home, PublicKeys: (secret('PublicKey') ?? '').split(',') } : home
}
