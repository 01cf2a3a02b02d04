import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Deadlines } from './deadlines.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('calls what is late, once, and nothing that was cleared', () => {
  const deadlines = new Deadlines()
  const [late, cleared, later] = [vi.fn(), vi.fn(), vi.fn()]
  deadlines.set(late, 1000)
  deadlines.set(cleared, 1000)
  vi.advanceTimersByTime(500)
  deadlines.set(later, 1000)
  deadlines.clear(cleared)
  vi.advanceTimersByTime(499)
  expect(late).not.toHaveBeenCalled()
  vi.advanceTimersByTime(101)
  expect(late).toHaveBeenCalledOnce()
  expect(later).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1000)
  expect(late).toHaveBeenCalledOnce()
  expect(later).toHaveBeenCalledOnce()
  expect(cleared).not.toHaveBeenCalled()
})

it('keeps no timer when nothing is waited for', () => {
  const deadlines = new Deadlines()
  const late = vi.fn()
  deadlines.set(late, 1000)
  deadlines.clear(late)
  vi.advanceTimersByTime(100)
  expect(vi.getTimerCount()).toBe(0)
})
