import { expect, it } from 'vitest'
import type { StoredObject } from '../../objects/facts.ts'
import type { ObjectStore } from '../../objects/object-store.ts'
import { decidedObject } from './found-object.ts'
import { s3Arn } from './operation.ts'

it('answers the object that was decided about, though another has taken its place, and the other one to the next call', async () => {
  let id = 0
  const objects = {
    findToRead: async (bucket: string, key: string) => {
      id += 1
      return { bucket, key, id: String(id) } as StoredObject
    },
  } as ObjectStore
  const named = { Bucket: 'b', Key: 'k' }
  const call = { arn: s3Arn({ partition: 'aws' }), input: named }
  const decided = await decidedObject(call, named, objects)
  expect(await decidedObject({ ...call }, named, objects)).toBe(decided)
  const next = await decidedObject({ arn: s3Arn({ partition: 'aws' }) }, named, objects)
  expect(next?.id).toBe('2')
})
