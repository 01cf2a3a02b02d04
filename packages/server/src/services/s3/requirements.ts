/**
 * What S3's operations ask, with S3's condition keys. Service Authorization Reference, "Actions, resources, and condition keys
 * for Amazon S3"; S3 API reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys".
 */

import type { ContextValue } from '@scopedown/engine'
import { parseRawQuery } from '@scopedown/wire'
import type { Call } from '../../kernel/call.ts'
import { type Requirement, requires } from '../../kernel/requirement.ts'
import type { StoredObject, TagPairs } from '../../objects/facts.ts'
import type { S3Arns } from './operation.ts'

export type S3Call = Pick<Call<unknown, S3Arns>, 'arn' | 'http' | 'time'>
export type Keys = Readonly<Record<string, ContextValue | undefined>>

export function asksBucket(call: S3Call, action: string, bucket: string, keys: Keys = {}): Requirement {
  return requires(action, call.arn.bucket(bucket), { context: context(call, keys) })
}

export function asksObject(call: S3Call, action: string, bucket: string, key: string, keys: Keys = {}): Requirement {
  return requires(action, call.arn.object(bucket, key), { context: context(call, keys) })
}

/** The keys that every request has, and those of this one that have a value. */
export function context(call: S3Call, keys: Keys): Record<string, ContextValue> {
  const known: Record<string, ContextValue> = signatureKeys(call)
  for (const [name, value] of Object.entries(keys)) if (value !== undefined) known[name] = value
  return known
}

const signatures = new WeakMap<object, Record<string, ContextValue>>()

function signatureKeys({ http, time }: S3Call): Record<string, ContextValue> {
  if (http === undefined) return {}
  let keys = signatures.get(http)
  if (keys === undefined) {
    const inQuery = new Map((parseRawQuery(http.query) ?? []).map(({ name, value }) => [name, value]))
    const presigned = inQuery.has('X-Amz-Signature')
    const { headers } = http
    keys = {
      's3:authType': presigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
      's3:signatureversion': 'AWS4-HMAC-SHA256',
      's3:x-amz-content-sha256':
        headers['x-amz-content-sha256'] ?? inQuery.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    }
    const signedAt = presigned ? basicTime(inQuery.get('X-Amz-Date') ?? '') : undefined
    if (signedAt !== undefined) keys['s3:signatureAge'] = Math.max(time - signedAt, 0)
    signatures.set(http, keys)
  }
  return { ...keys }
}

/** `20130524T000000Z` in milliseconds. */
function basicTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** Of an object that is read or tagged; never where it is written or deleted. */
export function existingTags(object: StoredObject | undefined): Keys {
  const keys: Record<string, string> = {}
  for (const [key, value] of object?.tags ?? []) keys[`s3:ExistingObjectTag/${key}`] = value
  return keys
}

export function requestedTags(tags: TagPairs | undefined): Keys {
  if (tags === undefined) return {}
  const keys: Record<string, ContextValue> = { 's3:RequestObjectTagKeys': tags.map(([key]) => key) }
  for (const [key, value] of tags) keys[`s3:RequestObjectTag/${key}`] = value
  return keys
}
