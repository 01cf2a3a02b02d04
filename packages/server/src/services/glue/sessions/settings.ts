/** What the operator can set about interactive sessions. Numbers and defaults are ours; AWS publishes none. */

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
  /** Ended sessions are forgotten after this. */
  readonly keepEndedDays: number
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
  keepEndedDays: 7,
  roleSessionName: 'GlueJobRunnerSession',
  cancelGraceSeconds: 10,
  cancellingMilliseconds: 2000,
})
