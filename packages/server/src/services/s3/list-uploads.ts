/** ListMultipartUploads. S3 API reference: in order of keys, and of one key's uploads by the time they began. */

import { compare, type Fetch, scan } from '../../objects/listing.ts'
import { storedUpload } from '../../objects/multipart.ts'
import { bucketNamed, canonicalId } from './buckets-table.ts'
import { initiatorShape } from './initiator.ts'
import { checkedMax, encoder } from './list-objects.ts'
import { operation } from './operation.ts'
import { asksBucket } from './requirements.ts'

export const listMultipartUploads = operation('ListMultipartUploads', {
  authorize: (call) => {
    const { Bucket, Prefix, Delimiter, MaxUploads } = call.input
    return [
      asksBucket(call, 's3:ListBucketMultipartUploads', Bucket, {
        's3:prefix': Prefix,
        's3:delimiter': Delimiter,
        's3:max-uploads': MaxUploads,
      }),
    ]
  },
  handle: async ({ input }, { store }) => {
    const bucket = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    const max = checkedMax(input.MaxUploads, 'max-uploads')
    const encode = encoder(input.EncodingType)
    const { KeyMarker: keyMarker = '', UploadIdMarker: idMarker } = input
    // With an upload marker the key's later uploads are still to come: their key is listed again, those before left out.
    const again = keyMarker !== '' && idMarker !== undefined
    const uploads = await store.db
      .selectFrom('s3_uploads')
      .selectAll()
      .where('bucket', '=', bucket.name)
      .where('key', again ? '>=' : '>', keyMarker)
      .orderBy('key')
      .orderBy('initiated_at')
      .orderBy('id')
      .execute()
    const marker = again ? uploads.findIndex(({ key, id }) => key === keyMarker && id === idMarker) : -1
    const rest = uploads.slice(marker + 1)
    const query = { prefix: input.Prefix ?? '', delimiter: input.Delimiter ?? '', after: again ? '' : keyMarker, max }
    const { rows, prefixes, next } = await scan(query, pageOf(rest))
    const last = rows[rows.length - 1]
    return {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker ?? '',
      Prefix: encode(input.Prefix ?? ''),
      MaxUploads: max,
      IsTruncated: next !== undefined,
      ...(input.Delimiter === undefined ? {} : { Delimiter: encode(input.Delimiter) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: 'url' as const }),
      ...(next === undefined
        ? {}
        : { NextKeyMarker: encode(next), NextUploadIdMarker: last?.key === next ? last.id : '' }),
      ...(prefixes.length === 0 ? {} : { CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })) }),
      ...(rows.length === 0
        ? {}
        : {
            Uploads: rows.map(storedUpload).map((upload) => ({
              Key: encode(upload.key),
              UploadId: upload.id,
              Initiated: new Date(upload.initiatedAt),
              StorageClass: 'STANDARD' as const,
              Initiator: initiatorShape(upload.initiator),
              Owner: { ID: canonicalId(bucket.account_id) },
            })),
          }),
    }
  },
})

/** All rows of the range, whatever the limit: two uploads of one key must not be parted. */
function pageOf<R extends { readonly key: string }>(rows: readonly R[]): Fetch<R> {
  return async (from, exclusive, to) =>
    rows.filter(({ key }) => {
      const order = compare(key, from)
      return (exclusive ? order > 0 : order >= 0) && (to === undefined || compare(key, to) < 0)
    })
}
