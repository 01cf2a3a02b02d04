import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { BatchWriter } from './batch-writer.ts'

class SlowOutput extends EventEmitter {
  readonly batches: string[] = []
  full = false

  write(text: string): boolean {
    this.batches.push(text)
    return !this.full
  }
}

describe('BatchWriter', () => {
  it('joins lines into few writes and loses none', () => {
    const output = new SlowOutput()
    const writer = new BatchWriter(output)
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index} ${'x'.repeat(20)}`)
    for (const line of lines) writer.add(line)
    writer.flush()
    expect(output.batches.join('')).toBe(`${lines.join('\n')}\n`)
    expect(output.batches.length).toBeLessThan(20)
  })

  it('says when the reader is behind, and waits until it is not', async () => {
    const output = new SlowOutput()
    output.full = true
    const writer = new BatchWriter(output)
    expect(writer.add('short')).toBe(false)
    expect(writer.add('x'.repeat(100_000))).toBe(true)
    let drained = false
    const waiting = writer.drained().then(() => {
      drained = true
    })
    await Promise.resolve()
    expect(drained).toBe(false)
    output.emit('drain')
    await waiting
    expect(writer.add('short')).toBe(false)
  })
})
