/** Ids that are never given twice. IAM User Guide, "IAM identifiers": unique identifiers and their prefixes. */

import { randomBytes } from 'node:crypto'

const prefixes = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  instanceProfile: 'AIPA',
  accessKey: 'AKIA',
  sessionKey: 'ASIA',
} as const

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Entities have 21 characters, access keys 20. */
export function uniqueId(kind: keyof typeof prefixes): string {
  const length = kind === 'accessKey' || kind === 'sessionKey' ? 16 : 17
  let id: string = prefixes[kind]
  for (const byte of randomBytes(length)) id += base32[byte & 31]
  return id
}

/** Forty characters, 240 random bits. */
export function newSecretKey(): string {
  return randomBytes(30).toString('base64')
}
