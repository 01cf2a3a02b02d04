/** Whether a read is answered at all. RFC 9110, section 13.2.2 (order); a copy's source answers 412 where a read answers 304. */

import { ServiceFault } from '@scopedown/wire'
import type { StoredObject } from '../../objects/facts.ts'
import { preconditionFailed } from '../../objects/faults.ts'
import { unquoted } from '../../objects/object-store.ts'

export interface ReadConditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: Date | undefined
  readonly ifUnmodifiedSince?: Date | undefined
}

/** The condition that does not hold, as S3 names it. */
export function failedCondition(object: StoredObject, conditions: ReadConditions): string | undefined {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  const modified = Math.floor(object.modifiedAt / 1000) * 1000
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object.etag)) return 'If-Match'
  } else if (ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince.getTime()) return 'If-Unmodified-Since'
  if (ifNoneMatch !== undefined) {
    if (names(ifNoneMatch, object.etag)) return 'If-None-Match'
  } else if (ifModifiedSince !== undefined && modified <= ifModifiedSince.getTime()) return 'If-Modified-Since'
  return undefined
}

export function checkReadConditions(object: StoredObject, conditions: ReadConditions): void {
  const failed = failedCondition(object, conditions)
  if (failed === undefined) return
  if (failed === 'If-Match' || failed === 'If-Unmodified-Since') throw preconditionFailed(failed)
  throw new ServiceFault('NotModified', 'Not Modified', {
    status: 304,
    headers: { etag: `"${object.etag}"`, 'last-modified': new Date(object.modifiedAt).toUTCString() },
  })
}

/** A list of ETags, weak ones too; `*` names any. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const text = item.trim().replace(/^W\//, '')
    return text === '*' || unquoted(text) === etag
  })
}
