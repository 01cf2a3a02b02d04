import { describe, expect, it } from 'vitest'
import { Batch } from './batch.ts'

describe('Batch', () => {
  it('has room for a first line of any length, and for a second only where it fits at its widest', () => {
    const line = '\uffff'.repeat(300_000)
    const batch = new Batch('2026-01-02', line)
    expect(batch.hasRoomFor(line)).toBe(true)
    batch.add(line)
    expect(batch.hasRoomFor('')).toBe(false)
    expect(batch.bytes.toString()).toBe(`${line}\n`)
  })

  it('takes the memory of another that is done, where it is large enough', () => {
    const done = new Batch('2026-01-02', 'a')
    done.add('what was there before')
    const next = new Batch('2026-01-02', 'b', done.memory)
    next.add('b')
    expect([next.memory === done.memory, next.bytes.toString()]).toEqual([true, 'b\n'])
    const long = 'c'.repeat(300_000)
    const larger = new Batch('2026-01-02', long, done.memory)
    larger.add(long)
    expect([larger.bytes.toString(), larger.memory]).toEqual([`${long}\n`, undefined])
  })

  it('is full after 256 lines', () => {
    const batch = new Batch('2026-01-02', 'é')
    for (let line = 0; line < 256; line += 1) {
      expect(batch.hasRoomFor('é')).toBe(true)
      batch.add('é')
    }
    expect([batch.full, batch.hasRoomFor('é'), batch.bytes.toString()]).toEqual([true, false, 'é\n'.repeat(256)])
  })
})
