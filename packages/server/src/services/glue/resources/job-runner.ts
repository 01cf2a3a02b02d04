/** What executes a job run: the runtimes implement it; without one, a run fails and says why. */

export interface JobOrder {
  /** Account and region: `123456789012/us-east-1`. */
  readonly scope: string
  readonly jobName: string
  readonly runId: string
  readonly attempt: number
  /** As the job names it: an ARN or a bare name. The runner takes it up, and finds out there whether it may. */
  readonly role: string
  readonly command: {
    readonly name: string | undefined
    readonly scriptLocation: string | undefined
    readonly pythonVersion: string | undefined
  }
  readonly glueVersion: string | undefined
  readonly arguments: Readonly<Record<string, string>>
  /** `ExecutionRoleSessionPolicy`: narrows what the run may do. */
  readonly sessionPolicy: string | undefined
}

export type JobEnd =
  | { readonly state: 'SUCCEEDED' }
  /** FAILED: the job's own fault. ERROR: the server's. */
  | { readonly state: 'FAILED' | 'ERROR'; readonly message: string }

export interface JobRunner {
  /**
   * Resolves when the run has ended, for whatever reason; a rejection counts as ERROR. `signal` is aborted when the run is
   * stopped, times out, or its job is deleted: the run must end soon then, and what it resolves to no longer matters.
   */
  run(order: JobOrder, signal: AbortSignal): Promise<JobEnd>
}

export const noJobRunner: JobRunner = {
  run: async () => ({
    state: 'FAILED',
    message: 'job runs are not executed by this server: no runtime is configured',
  }),
}
