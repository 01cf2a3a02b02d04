import { expect, it } from 'vitest'
import { writeTogether } from './write-together.ts'

it('writes at the end of the turn, in order, and a fault of one keeps none of the others back', async () => {
  const seen: string[] = []
  const failed = (error: unknown) => seen.push(String(error))
  writeTogether(() => seen.push('first'), failed)
  writeTogether(() => {
    throw new Error('broken')
  }, failed)
  writeTogether(() => seen.push('last'), failed)
  await Promise.resolve()
  expect(seen).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual(['first', 'Error: broken', 'last'])
})
