import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Clock, Deadlines } from './deadlines.ts'

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
  const clock = deadlines.set(cleared, 1000)
  vi.advanceTimersByTime(500)
  deadlines.set(later, 1000)
  deadlines.clear(clock)
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
  deadlines.clear(deadlines.set(vi.fn(), 1000))
  vi.advanceTimersByTime(100)
  expect(vi.getTimerCount()).toBe(0)
})

it('bears that a clock is cleared by another that strikes, and again', () => {
  const deadlines = new Deadlines()
  const second = vi.fn()
  const clocks: Clock[] = []
  const clearAll = () => {
    for (const clock of clocks) deadlines.clear(clock)
  }
  clocks.push(deadlines.set(clearAll, 100))
  clocks.push(deadlines.set(second, 100))
  const third = vi.fn()
  deadlines.set(third, 100)
  vi.advanceTimersByTime(1000)
  expect(second).not.toHaveBeenCalled()
  expect(third).toHaveBeenCalledOnce()
})
