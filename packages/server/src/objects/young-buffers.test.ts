/** Buffers that have passed are found without marking the heap. */

import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { buffersPassed, collectEvery } from './young-buffers.ts'

interface Collection {
  readonly kind: number
  readonly flags: number
}

it('collects the young generation, and that alone, once so many bytes have passed', async () => {
  const forced: Collection[] = []
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as PerformanceEntry & { readonly detail: Collection }
      if (detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) forced.push(detail)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  try {
    buffersPassed(collectEvery / 2)
    buffersPassed(collectEvery / 2)
    await expect.poll(() => forced.length, { timeout: 30_000 }).toBe(1)
    expect(forced[0]?.kind).toBe(constants.NODE_PERFORMANCE_GC_MINOR)
  } finally {
    observer.disconnect()
  }
})

it('leaves the server without a way to collect', () => {
  expect('gc' in globalThis).toBe(false)
})
