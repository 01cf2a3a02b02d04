/** DeleteObject and DeleteObjects, the latter with an answer for each key. S3 API reference. */

import { asFault, CHECKSUM_ALGORITHMS, checksumHeader, malformedXml } from '@scopedown/wire'
import type { HttpHead } from '../../kernel/call.ts'
import { invalidRequest } from '../../objects/faults.ts'
import { bucketNamed } from './buckets-table.ts'
import { deniedSentence } from './denied.ts'
import { checkVersion } from './found-object.ts'
import { operation } from './operation.ts'
import type { Keys } from './requirements.ts'
import { asksObject, type S3Call } from './requirements.ts'

const mostKeys = 1000

interface Named {
  readonly Key: string
  readonly VersionId?: string | undefined
  readonly ETag?: string | undefined
  readonly IfMatch?: string | undefined
}

function deletion(call: S3Call, bucket: string, { Key, VersionId, IfMatch, ETag }: Named) {
  const action = VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
  const keys: Keys = { 's3:if-match': IfMatch ?? ETag, 's3:VersionId': VersionId }
  return asksObject(call, action, bucket, Key, keys)
}

export const deleteObject = operation('DeleteObject', {
  authorize: (call) => [deletion(call, call.input.Bucket, call.input)],
  handle: async ({ input }, { store, objects }) => {
    await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    checkVersion(input.VersionId, input.Key)
    await objects.remove(input.Bucket, input.Key, { ifMatch: input.IfMatch })
    return {}
  },
})

export const deleteObjects = operation('DeleteObjects', {
  authorize: (call) => {
    const { Bucket, Delete } = call.input
    if (Delete.Objects.length === 0 || Delete.Objects.length > mostKeys) throw malformedXml()
    checkIntegrity(call.http)
    return {
      all: [],
      items: Delete.Objects.map((named) => ({
        key: itemKey(named),
        requirements: [deletion(call, Bucket, named)],
      })),
    }
  },
  handle: async ({ input, refused, caller }, { store, objects }) => {
    const bucket = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    const Deleted: { Key: string; VersionId?: string }[] = []
    const Errors: { Key: string; VersionId?: string; Code: string; Message: string }[] = []
    const version = ({ VersionId }: Named) => (VersionId === undefined ? {} : { VersionId })
    const allowed: Named[] = []
    for (const named of input.Delete.Objects) {
      const refusal = refused(itemKey(named))
      if (refusal === undefined) allowed.push(named)
      else {
        const Message = deniedSentence(refusal, caller.account === bucket.account_id)
        Errors.push({ Key: named.Key, ...version(named), Code: 'AccessDenied', Message })
      }
    }
    const outcomes = await objects.removeEach(
      input.Bucket,
      allowed.map((named) => ({
        key: named.Key,
        ifMatch: named.ETag,
        check: () => checkVersion(named.VersionId, named.Key),
      })),
    )
    for (const [index, named] of allowed.entries()) {
      const thrown = outcomes[index]
      if (thrown === undefined) Deleted.push({ Key: named.Key, ...version(named) })
      else {
        const { code, message } = asFault(thrown, 'restXml')
        Errors.push({ Key: named.Key, ...version(named), Code: code, Message: message })
      }
    }
    return { ...(input.Delete.Quiet ? {} : { Deleted }), ...(Errors.length === 0 ? {} : { Errors }) }
  },
})

function itemKey({ Key, VersionId, ETag }: Named): string {
  return JSON.stringify([Key, VersionId, ETag])
}

/** A list of what is to be deleted must be whole. In-process callers have no wire that could change it. */
function checkIntegrity(http: HttpHead | undefined): void {
  if (http === undefined) return
  const { headers } = http
  const sums = ['content-md5', 'x-amz-trailer', ...CHECKSUM_ALGORITHMS.map((algorithm) => checksumHeader(algorithm))]
  if (sums.some((name) => headers[name] !== undefined)) return
  throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*')
}
