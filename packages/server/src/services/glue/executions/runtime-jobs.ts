/**
 * Job runs, executed by the runtime that sessions use, as the job's role: its temporary credentials are the only ones inside,
 * and are revoked when the run ends. Glue API reference, StartJobRun; Glue Developer Guide, "Special parameters used in jobs".
 */

import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ServiceFault } from '@scopedown/wire'
import type { Caller } from '../../../kernel/caller.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import type { Credentials } from '../../../principals/credentials.ts'
import type { IdentityTables } from '../../../principals/tables.ts'
import {
  defaultLimits,
  RuntimeFailure,
  type RuntimeSession,
  type SessionStart,
  type StatementOutcome,
  type StatementRuntime,
} from '../../../runtimes/runtime.ts'
import type { Store } from '../../../store/store.ts'
import type { JobEnd, JobOrder, JobRunner } from '../resources/job-runner.ts'
import { glueService, roleArnOf } from '../resources/role.ts'
import { RuntimeRole } from '../sessions/runtime-role.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import type { GlueTables } from '../tables.ts'
import { ScriptError, scriptOf } from './job-script.ts'

export interface RuntimeJobsOptions {
  readonly kernel: Kernel
  readonly store: Store<IdentityTables & GlueTables>
  readonly credentials: Credentials
  readonly partition: string
  readonly forward: RequestListener
  readonly runtime: () => Promise<StatementRuntime>
  readonly settings: SessionSettings
  /** Folder of the runs' output: `ACCOUNT/REGION/RUN.log`. */
  readonly logs: string
}

export class RuntimeJobs implements JobRunner {
  readonly #options: RuntimeJobsOptions

  constructor(options: RuntimeJobsOptions) {
    this.#options = options
  }

  async run(order: JobOrder, signal: AbortSignal): Promise<JobEnd> {
    const { kernel, store, partition, settings } = this.#options
    const [account = '', region = ''] = order.scope.split('/')
    const role = new RuntimeRole({
      kernel,
      store,
      account,
      roleArn: await roleArnOf(order.role, { account, partition }, { store }),
      sessionName: settings.roleSessionName,
      owner: undefined,
      sessionPolicy: order.sessionPolicy,
    })
    const log = this.#openLog(account, region, order.runId)
    try {
      const end = await this.#execute(order, { account, region, role, log }, signal)
      if (end.state !== 'SUCCEEDED') log.write(`${end.message}\n`)
      return end
    } catch (error) {
      if (!isTellable(error)) throw error
      log.write(`${error.message}\n`)
      return { state: 'FAILED', message: error.message }
    } finally {
      await role.revoke()
      log.end()
      // A log that cannot be written does not undo what the run did.
      await finished(log).catch(() => undefined)
    }
  }

  async #execute(order: JobOrder, place: Place, signal: AbortSignal): Promise<JobEnd> {
    const { role } = place
    const { AccessKeyId } = await role.credentials()
    const caller = (await this.#options.credentials.find(AccessKeyId))?.caller
    if (caller === undefined) throw new Error('credentials that were just issued are not known')
    const script = await scriptOf(order.command.scriptLocation, {
      object: (Bucket, Key) => this.#object(caller, Bucket, Key, place.region),
      folder: this.#options.settings.jobScripts,
    })
    if (signal.aborted) return stopped
    const runtime = await this.#options.runtime()
    const session = await runtime.start(this.#start(order, place))
    try {
      return await untilAborted(session, script, signal, place.log)
    } finally {
      await session.stop()
    }
  }

  #start(order: JobOrder, { role, region, log }: Place): SessionStart {
    const { settings, forward } = this.#options
    return {
      label: `${order.scope}/${order.runId}`,
      arguments: [
        ...['--JOB_NAME', order.jobName, '--JOB_RUN_ID', order.runId],
        ...Object.entries(order.arguments).flat(),
      ],
      region,
      gateway: { credentials: () => role.credentials(), forward },
      limits: { ...defaultLimits, memoryBytes: settings.memoryBytes, outputBytes: settings.maxLogBytes },
      onOutput: (bytes) => void log.write(bytes),
    }
  }

  async #object(caller: Caller, Bucket: string, Key: string, region: string): Promise<Readable> {
    const origin = { ip: undefined, userAgent: glueService, secure: true, invokedBy: glueService }
    const output = await this.#options.kernel.call('s3', 'GetObject', {
      input: { Bucket, Key },
      caller,
      origin,
      region,
    })
    return (output as { readonly Body: Readable }).Body
  }

  /** Account, region and run id are this server's own words: no name that a user chose becomes a file's. */
  #openLog(account: string, region: string, runId: string): WriteStream {
    const folder = join(this.#options.logs, account, region)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const log = createWriteStream(join(folder, `${runId}.log`), { mode: 0o600 })
    log.on('error', () => undefined)
    return log
  }
}

interface Place {
  readonly account: string
  readonly region: string
  readonly role: RuntimeRole
  readonly log: WriteStream
}

const stopped: JobEnd = { state: 'FAILED', message: 'The run was stopped.' }

async function untilAborted(
  session: RuntimeSession,
  script: string,
  signal: AbortSignal,
  log: WriteStream,
): Promise<JobEnd> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const running = session.run(script)
  const outcome = await Promise.race([running, aborted])
  if (outcome === undefined) {
    running.catch(() => undefined)
    return stopped
  }
  log.write(outcome.text)
  if (outcome.status === 'error') log.write(outcome.traceback.join(''))
  return endOf(outcome)
}

/** `sys.exit()` and `sys.exit(0)` are how many scripts end well. */
function endOf(outcome: StatementOutcome): JobEnd {
  if (outcome.status === 'ok') return { state: 'SUCCEEDED' }
  const { name, value } = outcome
  if (name === 'SystemExit' && ['', '0', 'None'].includes(value)) return { state: 'SUCCEEDED' }
  return { state: 'FAILED', message: value === '' ? name : `${name}: ${value}` }
}

/** Refusals of the role, of its trust policy and of its script, and what the interpreter says of itself. */
const isTellable = (error: unknown): error is Error =>
  error instanceof ServiceFault || error instanceof ScriptError || error instanceof RuntimeFailure
