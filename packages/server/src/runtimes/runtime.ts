/**
 * What runs the statements of a session. One interface, several implementations, one contract suite (`contract.test.ts`).
 * A runtime knows no Glue: it starts an interpreter, runs code in its one namespace, and ends.
 */

import type { RequestListener } from 'node:http'

export interface StatementRuntime {
  readonly name: 'python' | 'spark' | 'pyodide'
  /** Whether it can run on this machine, and if not, why: shown at start-up and in a FAILED session. */
  available(): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>
  /** Resolves when the interpreter answers; rejects with a `RuntimeFailure` where it cannot start. */
  start(session: SessionStart): Promise<RuntimeSession>
  /** Ends what it does besides sessions. */
  close?(): Promise<void>
}

export interface SessionStart {
  /** For log lines only; never a file name. */
  readonly label: string
  /** `sys.argv` after the program's name. */
  readonly arguments: readonly string[]
  readonly region: string
  /** The only way out of the sandbox: calls of the code inside, as the runtime role. Undefined: no way out at all. */
  readonly gateway: Gateway | undefined
  readonly limits: RuntimeLimits
  /** Takes output as it comes, up to `outputBytes` of it; the outcome of a statement then holds none. */
  readonly onOutput?: ((bytes: Buffer) => void) | undefined
}

export interface Gateway {
  /** Temporary credentials of the runtime role, renewed by the caller as they age. */
  credentials(): Promise<ContainerCredentials>
  /** This server's own front door. */
  readonly forward: RequestListener
}

/** What the SDKs read from `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
export interface ContainerCredentials {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token: string
  /** ISO 8601. */
  readonly Expiration: string
  readonly RoleArn: string
}

export interface RuntimeLimits {
  /** Bytes: the address space of each process, and what all of them hold together. */
  readonly memoryBytes: number
  /** Processes and threads together. */
  readonly processes: number
  /** Largest file that code may write, and size of its temporary directory, bytes. */
  readonly fileBytes: number
  /** Text kept of one statement, bytes of UTF-8; what follows is dropped and a line says so. */
  readonly outputBytes: number
  /** From `interrupt` to a kill, milliseconds. */
  readonly cancelGraceMs: number
}

export const defaultLimits: RuntimeLimits = {
  memoryBytes: 2 * 1024 ** 3,
  processes: 128,
  fileBytes: 1024 ** 3,
  outputBytes: 1024 ** 2,
  cancelGraceMs: 10_000,
}

export interface RuntimeSession {
  /** One statement at a time; rejects with a `RuntimeFailure` where the interpreter ends before it answers. */
  run(code: string): Promise<StatementOutcome>
  /** KeyboardInterrupt in the running statement; after `cancelGraceMs` the interpreter is killed. */
  interrupt(): void
  /** Ends the interpreter and everything that it started. Idempotent. */
  stop(): Promise<void>
  /** Settles once the interpreter is gone, with what to tell the owner. */
  readonly ended: Promise<string>
  /** Process id of the sandbox, where there is one: for tests and metrics. */
  readonly pid: number | undefined
}

/** `text`: standard output and error in order, then the `repr` of a last expression that is not None. */
export type StatementOutcome =
  | { readonly status: 'ok'; readonly text: string }
  | {
      readonly status: 'error'
      readonly text: string
      readonly name: string
      readonly value: string
      readonly traceback: readonly string[]
    }

/** The interpreter could not start, or ended under a statement. The message is fit for the session's owner. */
export class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure'
}
