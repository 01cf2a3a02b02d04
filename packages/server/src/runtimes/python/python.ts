/** CPython in a bubblewrap sandbox without network. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openGateway } from '../gateway.ts'
import { ProcessSession } from '../process-session.ts'
import { RuntimeFailure, type RuntimeSession, type SessionStart, type StatementRuntime } from '../runtime.ts'
import { ownFiles, type SandboxOptions, sandboxAvailable, sandboxCommand, sandboxUser } from '../sandbox.ts'
import { makeSessionFolder } from '../session-folder.ts'
import { farEnd, openTunnel, type Tunnel } from '../tunnel.ts'
import { findInterpreter, type Interpreter } from './interpreter.ts'

export interface PythonOptions {
  /** Name on the PATH or path of the interpreter. Default `python3`. */
  readonly command?: string | undefined
  /** No sandbox at all: code runs as the server's own user, with its files and its network. */
  readonly dangerouslyUnsandboxed?: boolean | undefined
  /** Where sessions' folders are made. */
  readonly folder?: string | undefined
}

export interface PythonVariant {
  readonly name: StatementRuntime['name']
  /** Run in the namespace before the first statement. */
  readonly preludes: readonly string[]
  /** Further modules that must be importable: `pyspark`. */
  readonly needs: readonly string[]
  /** What else this machine lacks for it. */
  readonly lacks: string | undefined
  /** One TCP address that code may reach, whose place inside is told by its environment. */
  readonly tunnel: Tunnel | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly readOnly: readonly string[]
  readonly startTimeoutMs: number
  /** A virtual machine inside reserves far more addresses than it uses. */
  readonly limitsAddressSpace: boolean
  /** Its threads count as processes. */
  readonly minimumProcesses: number
}

const asset = (name: string): string => readFileSync(new URL(`../../../assets/${name}`, import.meta.url), 'utf8')

const plain: PythonVariant = {
  name: 'python',
  preludes: [asset('prelude.py')],
  needs: [],
  lacks: undefined,
  tunnel: undefined,
  environment: {},
  readOnly: [],
  startTimeoutMs: 20_000,
  limitsAddressSpace: true,
  minimumProcesses: 0,
}

const runner = asset('session.py') + asset('runner.py')
const socketInside = '/run/gateway.sock'
const tunnelInside = '/run/tunnel.sock'
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
    const command = this.#options.command ?? 'python3'
    try {
      const { missing } = await this.interpreter()
      if (missing.length > 0)
        return { ok: false as const, reason: `\`${command}\` cannot import ${missing.join(', ')}` }
    } catch {
      return { ok: false as const, reason: `no Python 3 answers as \`${command}\`` }
    }
    if (this.#variant.lacks !== undefined) return { ok: false as const, reason: this.#variant.lacks }
    return this.#options.dangerouslyUnsandboxed === true ? { ok: true as const } : sandboxAvailable()
  }

  interpreter(): Promise<Interpreter> {
    return (this.#interpreter ??= findInterpreter(this.#options.command ?? 'python3', this.#variant.needs))
  }

  async start(session: SessionStart): Promise<RuntimeSession> {
    const interpreter = await this.interpreter()
    const { tunnel } = this.#variant
    const unreachable = tunnel === undefined ? undefined : await farEnd(tunnel)
    if (unreachable !== undefined) {
      throw new RuntimeFailure(`${this.name} cannot reach ${tunnel?.host}:${tunnel?.port}: ${unreachable}`)
    }
    const bare = this.#options.dangerouslyUnsandboxed === true
    const user = bare ? undefined : sandboxUser(++serial)
    const folder = makeSessionFolder(this.#options.folder)
    const ways = await openWays(folder, session, tunnel, user)
    const inside = (host: string, place: string) => (bare ? host : place)
    const settings = {
      arguments: session.arguments,
      preludes: this.#variant.preludes,
      socket: ways.gateway === undefined ? null : inside(ways.gateway.path, socketInside),
      tunnel:
        ways.tunnel === undefined
          ? null
          : { socket: inside(ways.tunnel.path, tunnelInside), environment: ways.tunnel.environment },
      limits: {
        ...(this.#variant.limitsAddressSpace ? { memoryBytes: session.limits.memoryBytes } : {}),
        processes: Math.max(session.limits.processes, this.#variant.minimumProcesses),
        fileBytes: session.limits.fileBytes,
      },
    }
    const environment = {
      PATH: '/usr/bin:/bin:/usr/local/bin',
      HOME: bare ? folder : '/tmp',
      TMPDIR: bare ? folder : '/tmp',
      LANG: 'C.UTF-8',
      // Each arena reserves 64 MiB of the addresses that are limited.
      MALLOC_ARENA_MAX: '2',
      ...this.#variant.environment,
      ...(ways.gateway === undefined ? {} : { AWS_CONTAINER_AUTHORIZATION_TOKEN: ways.gateway.token }),
      AWS_REGION: session.region,
      AWS_DEFAULT_REGION: session.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      SCOPEDOWN_SETTINGS: JSON.stringify(settings),
    }
    const run = [interpreter.executable, '-s', '-c', runner]
    const sandbox: SandboxOptions = {
      readOnly: [...interpreter.paths, ...this.#variant.readOnly],
      files: await writeFiles(folder, ownFiles(user)),
      sockets: [
        ...(ways.gateway === undefined ? [] : [{ host: ways.gateway.path, inside: socketInside }]),
        ...(ways.tunnel === undefined ? [] : [{ host: ways.tunnel.path, inside: tunnelInside }]),
      ],
      temporaryBytes: session.limits.fileBytes,
      command: run,
    }
    const [program, ...parameters] = (bare ? run : sandboxCommand(sandbox, user)) as [string, ...string[]]
    // The environment is handed over as such: on the command line every user of the host could read the token.
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      cwd: folder,
      env: environment,
    })
    const onEnd = async () => {
      await ways.close()
      await rm(folder, { recursive: true, force: true })
    }
    const started = new ProcessSession(child, session, { startTimeoutMs: this.#variant.startTimeoutMs, onEnd })
    try {
      await started.ready
      return started
    } catch (error) {
      await started.stop()
      throw error instanceof RuntimeFailure ? error : new RuntimeFailure(String(error))
    }
  }
}

/** Written to the session's folder; answers where each is, by its path inside. */
async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const places: Record<string, string> = {}
  for (const [inside, text] of Object.entries(files)) {
    const place = join(folder, inside.slice(1).replaceAll('/', '-'))
    await writeFile(place, text)
    // Read by another user inside.
    await chmod(place, 0o644)
    places[inside] = place
  }
  return places
}

/** The sockets by which code gets out. */
async function openWays(folder: string, session: SessionStart, tunnel: Tunnel | undefined, owner: number | undefined) {
  const gateway =
    session.gateway === undefined ? undefined : await openGateway(session.gateway, join(folder, 'gateway.sock'), owner)
  const open = tunnel === undefined ? undefined : await openTunnel(tunnel, join(folder, 'tunnel.sock'), owner)
  return {
    gateway,
    tunnel: open,
    close: async () => {
      await gateway?.close()
      await open?.close()
    },
  }
}
