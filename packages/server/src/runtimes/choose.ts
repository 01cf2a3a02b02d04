/** Which runtime new sessions get: decided once, when the server starts, and said aloud. */

import { PyodideRuntime } from './pyodide/pyodide.ts'
import { PythonRuntime } from './python/python.ts'
import { sparkRuntime } from './python/spark.ts'
import { RuntimeFailure, type StatementRuntime } from './runtime.ts'

export interface RuntimeChoice {
  readonly wanted: 'auto' | StatementRuntime['name']
  readonly python: string
  readonly sparkRemote: string | undefined
  readonly allowUnsandboxed: boolean
  /** Where sessions' folders are made. */
  readonly folder?: string | undefined
  /** Where what a runtime prepares once is kept. */
  readonly cache?: string | undefined
}

export interface ChosenRuntime {
  readonly runtime: StatementRuntime
  /** One line for the operator. */
  readonly says: string
}

/** What can be built here, in the order of preference of `auto`. */
function candidates(choice: RuntimeChoice): StatementRuntime[] {
  const options = { command: choice.python, dangerouslyUnsandboxed: choice.allowUnsandboxed, folder: choice.folder }
  const all: StatementRuntime[] = [
    new PythonRuntime(options),
    sparkRuntime(options, choice.sparkRemote),
    new PyodideRuntime({ folder: choice.folder, cache: choice.cache }),
  ]
  // Spark is chosen, never assumed: it takes seconds to start and memory while it idles.
  return all.filter(({ name }) => (choice.wanted === 'auto' ? name !== 'spark' : name === choice.wanted))
}

/** What stands between a statement and this machine, if it is less than a sandbox. */
async function walls(runtime: StatementRuntime, choice: RuntimeChoice): Promise<string> {
  if (!(runtime instanceof PyodideRuntime)) return choice.allowUnsandboxed ? ' WITHOUT A SANDBOX' : ''
  if (await runtime.sandboxed()) return ', without AWS clients'
  return ", without AWS clients, apart from this machine by WebAssembly and Node's permission model, not by its kernel"
}

/** Where nothing can run, the choice is a runtime whose sessions end FAILED with the reason. */
export async function chooseRuntime(choice: RuntimeChoice): Promise<ChosenRuntime> {
  const reasons: string[] = []
  for (const runtime of candidates(choice)) {
    const state = await runtime.available()
    if (state.ok) {
      if (runtime instanceof PyodideRuntime) void runtime.prepare()
      const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`
      return { runtime, says: `session statements run by ${runtime.name}${await walls(runtime, choice)}${why}` }
    }
    reasons.push(`${runtime.name}: ${state.reason}`)
  }
  const reason = reasons.join('; ') || `this server has no runtime called ${choice.wanted}`
  const none: StatementRuntime = {
    name: choice.wanted === 'auto' ? 'python' : choice.wanted,
    available: async () => ({ ok: false, reason }),
    start: () => Promise.reject(new RuntimeFailure(`No runtime for statements is available here: ${reason}.`)),
  }
  return { runtime: none, says: `sessions cannot run statements here (${reason})` }
}
