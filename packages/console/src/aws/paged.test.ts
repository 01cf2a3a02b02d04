import { describe, expect, it } from 'vitest'
import { allPages, type FetchPage } from './paged.ts'

/** Three pages, of which the second is empty. */
const three: FetchPage<number> = async (token) => {
  if (token === undefined) return { items: [1, 2], next: 'b' }
  return token === 'b' ? { items: [], next: 'c' } : { items: [3], next: undefined }
}

describe('all pages of a list', () => {
  it('are asked for to the last, an empty one in the middle too', async () => {
    expect(await allPages(three, 10)).toEqual({ items: [1, 2, 3], truncated: false })
  })

  it('end at the bound, and say so', async () => {
    expect(await allPages(three, 2)).toEqual({ items: [1, 2], truncated: true })
    expect(await allPages(three, 1)).toEqual({ items: [1], truncated: true })
    expect(await allPages(three, 3)).toEqual({ items: [1, 2, 3], truncated: false })
  })
})
