/**
 * CPython on WebAssembly (https://pyodide.org) in a process of its own, for machines without bubblewrap or without Python. It
 * has no network and no files by what it is: WebAssembly in a JavaScript realm that holds nothing of Node. Around that stand
 * Node's permission model and, where there is one, a bubblewrap sandbox. Without the latter no kernel stands between a fault
 * in V8 and this machine, which `announce` says.
 */

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProcessSession } from '../process-session.ts'
import { RuntimeFailure, type RuntimeSession, type SessionStart, type StatementRuntime } from '../runtime.ts'
import { sandboxAvailable, sandboxCommand, sandboxUser } from '../sandbox.ts'
import { makeSessionFolder } from '../session-folder.ts'

const assets = fileURLToPath(new URL('../../../assets/', import.meta.url))
const asset = (name: string): string => readFileSync(join(assets, name), 'utf8')
const programs = ['session.py', 'pyodide-session.py', 'prelude.py', 'prelude-pyodide.py'].map(asset)
const realm = asset('pyodide-realm.js')
const processFile = join(assets, 'pyodide-process.mjs')
const startTimeoutMs = 60_000
/** Kills the process with this one; Debian's util-linux. */
const setpriv = '/usr/bin/setpriv'

export interface PyodideOptions {
  /** Whether a bubblewrap sandbox stands around it. Default: where possible. */
  readonly sandbox?: 'where possible' | 'never'
  /** Where sessions' folders are made. */
  readonly folder?: string | undefined
}

/** Node with Pyodide loaded. */
const ownBytes = 512 * 1024 ** 2

export class PyodideRuntime implements StatementRuntime {
  readonly name = 'pyodide'
  readonly #folder = dirname(createRequire(import.meta.url).resolve('pyodide/package.json'))
  readonly #options: PyodideOptions
  #sandboxed: Promise<boolean> | undefined
  #serial = 0

  constructor(options: PyodideOptions = {}) {
    this.#options = options
  }

  async available() {
    return { ok: true as const }
  }

  /** Whether a kernel sandbox stands around the process, beside WebAssembly and Node's permission model. */
  sandboxed(): Promise<boolean> {
    return (this.#sandboxed ??=
      this.#options.sandbox === 'never' ? Promise.resolve(false) : sandboxAvailable().then(({ ok }) => ok))
  }

  async start(session: SessionStart): Promise<RuntimeSession> {
    const user = (await this.sandboxed()) ? sandboxUser(++this.#serial) : undefined
    const folder = makeSessionFolder(this.#options.folder)
    // Read by another user inside.
    if (user !== undefined) await chmod(folder, 0o711)
    const interrupts = join(folder, 'interrupt')
    const settings = {
      folder: this.#folder,
      realm,
      programs,
      memoryBytes: session.limits.memoryBytes,
      arguments: session.arguments,
      interrupts,
    }
    const command = [process.execPath, ...nodeFlags([`${this.#folder}/*`, processFile, `${folder}/*`]), processFile]
    const [program, ...parameters] = (
      (await this.sandboxed())
        ? sandboxCommand(
            {
              readOnly: [process.execPath, this.#folder, processFile, folder],
              files: {},
              sockets: [],
              temporaryBytes: 1024 ** 2,
              command,
            },
            user,
          )
        : [...(existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL'] : []), ...command]
    ) as [string, ...string[]]
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      cwd: folder,
      env: { SCOPEDOWN_SETTINGS: JSON.stringify(settings) },
    })
    const onEnd = () => rm(folder, { recursive: true, force: true })
    const interrupt = (marker: string) => writeFileSync(interrupts, marker)
    const started = new ProcessSession(child, session, { startTimeoutMs, onEnd, interrupt, ownBytes })
    try {
      await started.ready
      return started
    } catch (error) {
      await started.stop()
      throw error instanceof RuntimeFailure ? error : new RuntimeFailure(String(error))
    }
  }
}

/** `--permission` was `--experimental-permission` before Node 23.5. From 25 on it takes away the network as well. */
function nodeFlags(readable: readonly string[]): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const read = readable.map((path) => `--allow-fs-read=${path}`)
  return [permission, ...read, '--no-warnings', '--disallow-code-generation-from-strings', '--max-old-space-size=512']
}
