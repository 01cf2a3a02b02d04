import { describe, expect, it } from 'vitest'
import type { TestModule } from 'vitest/node'
import { resultOf } from './result-line.ts'

interface Given {
  readonly states: readonly string[]
  readonly broken?: boolean
  readonly brokenSuites?: number
}

/** As much of vitest's module as the reporter reads. */
const moduleWith = ({ states, broken = false, brokenSuites = 0 }: Given): TestModule => {
  const tests = states.map((state, index) => ({ fullName: `test ${index}`, result: () => ({ state }) }))
  const suites = Array.from({ length: brokenSuites }, () => ({ errors: () => [new Error('beforeAll')] }))
  const children = { allTests: () => tests, allSuites: () => suites }
  return {
    relativeModuleId: 'x.test.ts',
    errors: () => (broken ? [new Error()] : []),
    children,
  } as unknown as TestModule
}

describe('the result of a run', () => {
  it('counts what passed and what failed', () => {
    expect(resultOf([moduleWith({ states: ['passed', 'failed', 'passed'] })], [], false)).toMatchObject({
      passed: 2,
      failed: 1,
    })
  })

  it('counts a skipped test as failed in CI, and only there', () => {
    const modules = [moduleWith({ states: ['passed', 'skipped', 'pending'] })]
    expect(resultOf(modules, [], false)).toMatchObject({ passed: 1, failed: 0 })
    expect(resultOf(modules, [], true)).toEqual({
      passed: 1,
      failed: 2,
      skipped: ['x.test.ts > test 1', 'x.test.ts > test 2'],
    })
  })

  it('counts a module that does not load, a suite without its set-up and a stray error', () => {
    expect(resultOf([moduleWith({ states: [], broken: true })], [], false).failed).toBe(1)
    expect(resultOf([moduleWith({ states: ['skipped'], brokenSuites: 1 })], [], false).failed).toBe(1)
    expect(resultOf([], [new Error('unhandled')], false).failed).toBe(1)
  })
})
