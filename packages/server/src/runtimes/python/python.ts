/** CPython in a bubblewrap sandbox without network. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGateway } from '../gateway.ts'
import { ProcessSession } from '../process-session.ts'
import { RuntimeFailure, type RuntimeSession, type SessionStart, type StatementRuntime } from '../runtime.ts'
import { sandboxAvailable, sandboxCommand, sandboxUser } from '../sandbox.ts'
import { findInterpreter, type Interpreter } from './interpreter.ts'

export interface PythonOptions {
  /** Name on the PATH or path of the interpreter. Default `python3`. */
  readonly command?: string | undefined
  /** No sandbox at all: code runs as the server's own user, with its files and its network. */
  readonly dangerouslyUnsandboxed?: boolean | undefined
}

export interface PythonVariant {
  readonly name: StatementRuntime['name']
  /** Run in the namespace before the first statement. */
  readonly prelude: string
  readonly environment: Readonly<Record<string, string>>
  readonly readOnly: readonly string[]
  readonly startTimeoutMs: number
  /** A virtual machine inside reserves far more addresses than it uses. */
  readonly limitsAddressSpace: boolean
}

const plain: PythonVariant = {
  name: 'python',
  prelude: '',
  environment: {},
  readOnly: [],
  startTimeoutMs: 20_000,
  limitsAddressSpace: true,
}

const runner = readFileSync(new URL('../../../assets/runner.py', import.meta.url), 'utf8')
const socketInside = '/run/gateway.sock'
let serial = 0

export class PythonRuntime implements StatementRuntime {
  readonly name: StatementRuntime['name']
  readonly #options: PythonOptions
  readonly #variant: PythonVariant
  #interpreter: Promise<Interpreter> | undefined

  constructor(options: PythonOptions = {}, variant: PythonVariant = plain) {
    this.#options = options
    this.#variant = variant
    this.name = variant.name
  }

  async available() {
    try {
      await this.interpreter()
    } catch {
      return { ok: false as const, reason: `no Python 3 answers as \`${this.#options.command ?? 'python3'}\`` }
    }
    return this.#options.dangerouslyUnsandboxed === true ? { ok: true as const } : sandboxAvailable()
  }

  interpreter(): Promise<Interpreter> {
    return (this.#interpreter ??= findInterpreter(this.#options.command ?? 'python3'))
  }

  async start(session: SessionStart): Promise<RuntimeSession> {
    const interpreter = await this.interpreter()
    const bare = this.#options.dangerouslyUnsandboxed === true
    const user = bare ? undefined : sandboxUser(++serial)
    const folder = await mkdtemp(join(tmpdir(), 'scopedown-'))
    const gateway =
      session.gateway === undefined ? undefined : await openGateway(session.gateway, join(folder, 'gateway.sock'), user)
    const release = async () => {
      await gateway?.close()
      await rm(folder, { recursive: true, force: true })
    }
    const settings = {
      arguments: session.arguments,
      prelude: this.#variant.prelude,
      socket: gateway === undefined ? null : bare ? gateway.path : socketInside,
      limits: {
        ...(this.#variant.limitsAddressSpace ? { memoryBytes: session.limits.memoryBytes } : {}),
        processes: session.limits.processes,
        fileBytes: session.limits.fileBytes,
      },
    }
    const environment = {
      ...this.#variant.environment,
      ...(gateway === undefined ? {} : { AWS_CONTAINER_AUTHORIZATION_TOKEN: gateway.token }),
      AWS_REGION: session.region,
      AWS_DEFAULT_REGION: session.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      SCOPEDOWN_SETTINGS: JSON.stringify(settings),
    }
    const inside = [interpreter.executable, '-s', '-c', runner]
    const command = bare
      ? inside
      : sandboxCommand(
          {
            readOnly: [...interpreter.paths, ...this.#variant.readOnly],
            socket: gateway === undefined ? undefined : { host: gateway.path, inside: socketInside },
            temporaryBytes: session.limits.fileBytes,
            environment,
            command: inside,
          },
          user,
        )
    const [program, ...parameters] = command as [string, ...string[]]
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      cwd: folder,
      env: bare
        ? { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: folder, ...environment }
        : { PATH: process.env.PATH ?? '' },
    })
    const started = new ProcessSession(child, session.limits, this.#variant.startTimeoutMs, release)
    try {
      await started.ready
      return started
    } catch (error) {
      await started.stop()
      throw error instanceof RuntimeFailure ? error : new RuntimeFailure(String(error))
    }
  }
}
