import { describe, expect, it } from 'vitest'
import type { ChangeListener, Changes } from './changes.ts'
import { ReadCache } from './read-cache.ts'

function cache(clock?: () => number) {
  let tell: ChangeListener = () => {}
  const changes = { onChange: (listener: ChangeListener) => (tell = listener) } as unknown as Changes
  return { cache: new ReadCache(changes, clock), written: (topic: string) => tell(topic) }
}

describe('ReadCache', () => {
  it('reads once, and again after a write of the topic', async () => {
    const { cache: reads, written } = cache()
    let stored = 1
    const read = async (topic: string) => reads.read(topic, 'k', async () => stored)
    expect([await read('a'), await read('b')]).toEqual([1, 1])
    stored = 2
    expect(await read('a')).toBe(1)
    written('a')
    expect([await read('a'), await read('b')]).toEqual([2, 1])
  })

  it('does not keep what was read while somebody wrote', async () => {
    const { cache: reads, written } = cache()
    let release: () => void = () => {}
    const slow = reads.read('a', 'k', () => new Promise((resolve) => (release = () => resolve('old'))))
    written('a')
    release()
    expect(await slow).toBe('old')
    expect(await reads.read('a', 'k', async () => 'new')).toBe('new')
  })

  it('forgets after ten seconds, and never grows without end', async () => {
    let now = 0
    const { cache: reads } = cache(() => now)
    expect(await reads.read('a', 'k', async () => 1)).toBe(1)
    now = 9_999
    expect(await reads.read('a', 'k', async () => 2)).toBe(1)
    now = 10_001
    expect(await reads.read('a', 'k', async () => 3)).toBe(3)
    for (let index = 0; index < 10_001; index += 1) await reads.read('a', `${index}`, async () => index)
    expect(await reads.read('a', '0', async () => 'again')).toBe('again')
  })

  it('keeps no failure', async () => {
    const { cache: reads } = cache()
    await expect(reads.read('a', 'k', async () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    expect(await reads.read('a', 'k', async () => 1)).toBe(1)
  })
})
