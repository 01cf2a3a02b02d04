/**
 * A vitest reporter: the last line of a run is `N passed, N failed`. In CI a test that was skipped has failed: what the
 * optional tests need is installed there (.ci/run).
 */

import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node'

export interface Result {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
}

/** `ci`: count what was skipped as failed. A module or a suite that could not be set up counts as one failure of its own. */
export function resultOf(modules: readonly TestModule[], errors: readonly unknown[], ci: boolean): Result {
  let passed = 0
  let failed = errors.length
  const skipped: string[] = []
  for (const module of modules) {
    if (module.errors().length > 0) failed += 1
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed += 1
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') passed += 1
      else if (state === 'failed') failed += 1
      else skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
    }
  }
  return { passed, failed: failed + (ci ? skipped.length : 0), skipped }
}

export class ResultLine implements Reporter {
  readonly #ci: boolean
  readonly #file: string | undefined
  #filtered = false

  /** The line goes to the file that SCOPEDOWN_TEST_RESULT names, too: .ci/run has the last word with it. */
  constructor(environment: Readonly<Record<string, string | undefined>> = process.env) {
    this.#ci = environment.CI === 'true'
    this.#file = environment.SCOPEDOWN_TEST_RESULT
  }

  /** `-t PATTERN` skips all others by wish. */
  onInit({ config }: Vitest): void {
    this.#filtered = config.testNamePattern !== undefined
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const { passed, failed, skipped } = resultOf(modules, errors, this.#ci && !this.#filtered)
    for (const name of this.#filtered ? [] : skipped)
      process.stdout.write(`${this.#ci ? 'skipped, which fails in CI' : 'skipped'}: ${name}\n`)
    if (failed > 0) process.exitCode = 1
    const line = `${passed} passed, ${failed} failed\n`
    if (this.#file !== undefined) writeFileSync(this.#file, line)
    process.stdout.write(line)
  }
}
