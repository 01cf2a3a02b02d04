/** Which runtime new sessions get: decided once, when the server starts, and said aloud. */

import { PythonRuntime } from './python/python.ts'
import { sparkRuntime } from './python/spark.ts'
import { RuntimeFailure, type StatementRuntime } from './runtime.ts'

export interface RuntimeChoice {
  readonly wanted: 'auto' | StatementRuntime['name']
  readonly python: string
  readonly sparkRemote: string | undefined
  readonly allowUnsandboxed: boolean
}

export interface ChosenRuntime {
  readonly runtime: StatementRuntime
  /** One line for the operator. */
  readonly says: string
}

/** What can be built here, in the order of preference of `auto`. */
function candidates(choice: RuntimeChoice): StatementRuntime[] {
  const options = { command: choice.python, dangerouslyUnsandboxed: choice.allowUnsandboxed }
  const all: StatementRuntime[] = [new PythonRuntime(options), sparkRuntime(options, choice.sparkRemote)]
  // Spark is chosen, never assumed: it takes seconds to start and memory while it idles.
  return all.filter(({ name }) => (choice.wanted === 'auto' ? name !== 'spark' : name === choice.wanted))
}

/** Where nothing can run, the choice is a runtime whose sessions end FAILED with the reason. */
export async function chooseRuntime(choice: RuntimeChoice): Promise<ChosenRuntime> {
  const reasons: string[] = []
  for (const runtime of candidates(choice)) {
    const state = await runtime.available()
    if (state.ok) {
      const bare = choice.allowUnsandboxed && runtime.name !== 'pyodide' ? ' WITHOUT A SANDBOX' : ''
      return { runtime, says: `session statements run by ${runtime.name}${bare}` }
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
