import { expect, it } from 'vitest'
import { chooseRuntime } from './choose.ts'
import { PythonRuntime } from './python/python.ts'

const choice = { wanted: 'auto', python: 'python3', sparkRemote: undefined, allowUnsandboxed: false } as const

it('auto takes pyodide where there is no Python, and says why and what stands around it', async () => {
  const { runtime, says } = await chooseRuntime({ ...choice, python: '/nowhere/python' })
  expect(runtime.name).toBe('pyodide')
  expect(says).toMatch(
    /^session statements run by pyodide, without AWS clients.* \(python: no Python 3 answers as `\/nowhere\/python`\)$/,
  )
})

it('says aloud that there is no sandbox', async () => {
  const { runtime, says } = await chooseRuntime({ ...choice, wanted: 'python', allowUnsandboxed: true })
  expect(runtime).toBeInstanceOf(PythonRuntime)
  expect(says).toBe('session statements run by python WITHOUT A SANDBOX')
})

it('never runs what was asked for by something else: sessions fail with the reason', async () => {
  const { runtime, says } = await chooseRuntime({ ...choice, wanted: 'spark', python: '/nowhere/python' })
  const reason = 'spark: no Python 3 answers as `/nowhere/python`'
  expect(says).toBe(`sessions cannot run statements here (${reason})`)
  await expect(runtime.start({} as never)).rejects.toThrow(`No runtime for statements is available here: ${reason}.`)
})
