import { expect, it } from 'vitest'
import { sessionFlagsOf, sessionSettingsOf } from './session-flags.ts'

const settings = (flags: object, env: Record<string, string> = {}) =>
  sessionSettingsOf(sessionFlagsOf(flags, env)).sessions

it('takes flags, and variables where there is no flag', () => {
  const env = { SCOPEDOWN_SESSION_RUNTIME: 'spark', SCOPEDOWN_PYTHON: '/opt/python', SCOPEDOWN_SPARK_REMOTE: '' }
  expect(settings({ sessionRuntime: 'python', sessionMemory: '512' }, env)).toEqual({
    runtime: 'python',
    python: '/opt/python',
    memoryBytes: 512 * 1024 ** 2,
    allowUnsandboxed: false,
  })
  expect(settings({})).toEqual({ runtime: 'auto', allowUnsandboxed: false })
})

it('takes the sandbox away for nothing but a clear word', () => {
  expect(settings({ allowUnsandboxedSessions: true })?.allowUnsandboxed).toBe(true)
  const by = (word: string) => settings({}, { SCOPEDOWN_ALLOW_UNSANDBOXED_SESSIONS: word })?.allowUnsandboxed
  expect(['true', '1', 'yes', 'false', '0', 'no', ''].map(by)).toEqual([true, true, true, false, false, false, false])
  expect(() => by('maybe')).toThrow('must be true or false, not `maybe`')
})

it.each([
  [{ sessionRuntime: 'ruby' }, 'must be one of auto, python, spark, pyodide, not `ruby`'],
  [{ sessionMemory: '2G' }, 'a number of MiB, not `2G`'],
])('refuses %j', (flags, why) => expect(() => settings(flags)).toThrow(why))
