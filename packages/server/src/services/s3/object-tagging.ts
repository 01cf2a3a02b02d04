/** GetObjectTagging, PutObjectTagging, DeleteObjectTagging. S3 API reference. */

import { decidedObject, foundObject } from './found-object.ts'
import { operation } from './operation.ts'
import { asksObject, existingTags, requestedTags } from './requirements.ts'
import { checkedTags, maxObjectTags, tagPairs, tagSet } from './tag-sets.ts'

const action = (name: string, versionId: string | undefined) =>
  versionId === undefined ? `s3:${name}Tagging` : `s3:${name.replace('Object', 'ObjectVersion')}Tagging`

export const getObjectTagging = operation('GetObjectTagging', {
  authorize: async (call, { objects }) => {
    const { Bucket, Key, VersionId } = call.input
    const object = await decidedObject(call, call.input, objects)
    return [asksObject(call, action('GetObject', VersionId), Bucket, Key, existingTags(object))]
  },
  handle: async (call, deps) => ({ TagSet: tagSet((await foundObject(call, call.input, deps)).tags) }),
})

export const putObjectTagging = operation('PutObjectTagging', {
  authorize: async (call, { objects }) => {
    const { Bucket, Key, VersionId, Tagging } = call.input
    const object = await decidedObject(call, call.input, objects)
    const keys = { ...existingTags(object), ...requestedTags(tagPairs(Tagging.TagSet)) }
    return [asksObject(call, action('PutObject', VersionId), Bucket, Key, keys)]
  },
  handle: async (call, deps) => {
    const tags = checkedTags(tagPairs(call.input.Tagging.TagSet), maxObjectTags)
    await deps.objects.setTags(await foundObject(call, call.input, deps), tags)
    return {}
  },
})

export const deleteObjectTagging = operation('DeleteObjectTagging', {
  authorize: async (call, { objects }) => {
    const { Bucket, Key, VersionId } = call.input
    const object = await decidedObject(call, call.input, objects)
    return [asksObject(call, action('DeleteObject', VersionId), Bucket, Key, existingTags(object))]
  },
  handle: async (call, deps) => {
    await deps.objects.setTags(await foundObject(call, call.input, deps), [])
    return {}
  },
})
