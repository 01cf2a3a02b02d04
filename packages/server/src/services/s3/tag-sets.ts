/** Tag sets of objects and buckets. S3 User Guide, "Categorizing your objects using tags". */

import { ServiceFault } from '@scopedown/wire'
import type { TagPairs } from '../../objects/facts.ts'

export const maxObjectTags = 10
const maxKey = 128
const maxValue = 256
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export function checkedTags(tags: TagPairs, max: number): TagPairs {
  if (tags.length > max) {
    throw new ServiceFault('BadRequest', `Object tags cannot be greater than ${max}`, { status: 400 })
  }
  const seen = new Set<string>()
  for (const [key, value] of tags) {
    if (seen.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', key)
    seen.add(key)
    if (key === '' || [...key].length > maxKey || !allowed.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key)
    }
    if ([...value].length > maxValue || !allowed.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', value)
    }
    if (/^aws:/i.test(key)) throw invalidTag('System tags cannot be added/updated by requester', key)
  }
  return tags
}

function invalidTag(message: string, what: string): ServiceFault {
  return new ServiceFault('InvalidTag', message, { status: 400, members: { TagKey: what.slice(0, 256) } })
}

/** `[{Key, Value}]` as pairs, repeated keys and all. */
export function tagPairs(set: readonly { readonly Key: string; readonly Value: string }[]): TagPairs {
  return set.map(({ Key, Value }) => [Key, Value] as const)
}

export function tagSet(tags: TagPairs): { Key: string; Value: string }[] {
  return tags.map(([Key, Value]) => ({ Key, Value }))
}

/** The `x-amz-tagging` header: `a=1&b=2`, form-encoded. Undefined where there is none. */
export function taggingHeader(text: string | undefined): TagPairs | undefined {
  return text === undefined ? undefined : [...new URLSearchParams(text)]
}
