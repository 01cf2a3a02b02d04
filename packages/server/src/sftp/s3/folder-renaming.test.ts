import { describe, expect, it } from 'vitest'
import { renameFolder } from './folder-renaming.ts'
import type { StoreCalls } from './store-calls.ts'

/** A bucket with so many files in one folder, and what was asked of it. */
function folderOf(count: number, size = 1) {
  const calls: string[] = []
  const page = (start: number) => {
    const end = Math.min(count, start + 1000)
    const Contents = Array.from({ length: end - start }, (_, at) => ({ Key: `from/${start + at}`, Size: size }))
    return { Contents, KeyCount: Contents.length, NextContinuationToken: end < count ? String(end) : undefined }
  }
  const store = {
    allows: async () => true,
    call: async (name: string, input: { Prefix?: string; ContinuationToken?: string }) => {
      calls.push(name)
      if (name !== 'ListObjectsV2') return { kind: 'done', output: {} }
      const output = input.Prefix === 'from/' ? page(Number(input.ContinuationToken ?? 0)) : { KeyCount: 0 }
      return { kind: 'done', output }
    },
  }
  return { calls, store: store as unknown as StoreCalls }
}

const rename = ({ store }: ReturnType<typeof folderOf>) =>
  renameFolder(store, { bucket: 'b', key: 'from' }, { bucket: 'b', key: 'to' }, { replace: false })

const count = (calls: readonly string[], name: string) => calls.filter((call) => call === name).length

describe('a folder', () => {
  it('of as many files as the limit is renamed, each copied once and deleted once', async () => {
    const folder = folderOf(9_999)
    expect(await rename(folder)).toBe(true)
    expect([count(folder.calls, 'CopyObject'), count(folder.calls, 'DeleteObject')]).toEqual([9_999, 9_999])
  })

  it.each([
    ['more files than the limit', folderOf(10_001), /more than 10000 files/],
    ['a file that is too large for one copy', folderOf(3, 5 * 1024 ** 3 + 1), /more than 5 GiB/],
  ])('with %s is refused before anything is copied', async (_, folder, message) => {
    await expect(rename(folder)).rejects.toMatchObject({ code: 4, message: expect.stringMatching(message) })
    expect([count(folder.calls, 'CopyObject'), count(folder.calls, 'DeleteObject')]).toEqual([0, 0])
  })

  it('that is not there is none', async () => {
    expect(await rename(folderOf(0))).toBe(false)
  })
})
