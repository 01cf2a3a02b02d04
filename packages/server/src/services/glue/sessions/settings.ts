/** What the operator can set about interactive sessions and job runs. Numbers and defaults are ours; AWS publishes none. */

import { OptionError } from '../../../kernel/option-error.ts'
import { tunnelTo } from '../../../runtimes/python/spark.ts'
import { defaultLimits } from '../../../runtimes/runtime.ts'

export interface SessionSettings {
  /** `auto`: python where its sandbox works, else pyodide. */
  readonly runtime: 'auto' | 'python' | 'spark' | 'pyodide'
  /** Name or path of the Python interpreter for `python` and `spark`. */
  readonly python: string
  /** `sc://host:port`: an existing cluster for `spark`. */
  readonly sparkRemote: string | undefined
  /** Code runs as the server's own user, with its files and its network. */
  readonly allowUnsandboxed: boolean
  /** StopSession on an ended session: off answers 200, on `IllegalSessionStateException`. */
  readonly strictStop: boolean
  /** Sessions that the caller may not get are left out of ListSessions. */
  readonly listOnlyReadable: boolean
  /** Sessions of one account and region that have not ended. */
  readonly maxPerAccount: number
  readonly maxQueuedStatements: number
  readonly maxOutputBytes: number
  /** Of a session or a job run, all its processes together. */
  readonly memoryBytes: number
  /** What is kept of the output of one job run. */
  readonly maxLogBytes: number
  /** A folder whose files a job may name as its script: `file:NAME`. Without it scripts come from S3 alone. */
  readonly jobScripts: string | undefined
  /** Ended sessions are forgotten after this. */
  readonly keepEndedDays: number
  /** A server that shares the store and has said nothing for so long is gone, and its sessions have FAILED. */
  readonly hostSilenceSeconds: number
  /** Session name of the runtime role. */
  readonly roleSessionName: string
  readonly cancelGraceSeconds: number
  /** dbt-glue stops polling on CANCELLING, not on CANCELLED: it must have the time to see it. */
  readonly cancellingMilliseconds: number
}

export const defaultSessionSettings: SessionSettings = Object.freeze({
  runtime: 'auto',
  python: 'python3',
  sparkRemote: undefined,
  allowUnsandboxed: false,
  strictStop: false,
  listOnlyReadable: false,
  maxPerAccount: 25,
  maxQueuedStatements: 100,
  maxOutputBytes: 1024 ** 2,
  memoryBytes: defaultLimits.memoryBytes,
  maxLogBytes: 16 * 1024 ** 2,
  jobScripts: undefined,
  keepEndedDays: 7,
  hostSilenceSeconds: 60,
  roleSessionName: 'GlueJobRunnerSession',
  cancelGraceSeconds: 10,
  cancellingMilliseconds: 2000,
})

/** Throws `OptionError` for what cannot be used. */
export function sessionSettingsOf(given: Partial<SessionSettings> | undefined): SessionSettings {
  const settings = { ...defaultSessionSettings, ...given }
  try {
    if (settings.sparkRemote !== undefined) tunnelTo(settings.sparkRemote)
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error))
  }
  if (settings.sparkRemote !== undefined && settings.runtime !== 'spark') {
    throw new OptionError('an address of Spark needs the session runtime `spark`')
  }
  return settings
}
