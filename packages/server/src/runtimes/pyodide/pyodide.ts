/**
 * CPython on WebAssembly (https://pyodide.org) in a process of its own, for machines without bubblewrap or without Python. It
 * has no network and no files by what it is: WebAssembly in a JavaScript realm that holds nothing of Node. Around that stand
 * Node's permission model and, where there is one, a bubblewrap sandbox. Without the latter no kernel stands between a fault
 * in V8 and this machine, which `announce` says.
 */

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProcessSession } from '../process-session.ts'
import {
  defaultLimits,
  RuntimeFailure,
  type RuntimeSession,
  type SessionStart,
  type StatementRuntime,
} from '../runtime.ts'
import { sandboxAvailable, sandboxCommand, sandboxUser } from '../sandbox.ts'
import { makeSessionFolder } from '../session-folder.ts'
import { nodeFlags } from './node-flags.ts'

const packageFile = createRequire(import.meta.url).resolve('pyodide/package.json')
const assets = fileURLToPath(new URL('../../../assets/', import.meta.url))
const asset = (name: string): string => readFileSync(join(assets, name), 'utf8')
const programs = ['session.py', 'pyodide-session.py', 'prelude.py', 'prelude-pyodide.py'].map(asset)
const realm = asset('pyodide-realm.js')
const compiler = asset('pyodide-compile.py')
const processFile = join(assets, 'pyodide-process.mjs')
const startTimeoutMs = 60_000
/** Kills the process with this one; Debian's util-linux. */
const setpriv = '/usr/bin/setpriv'

export interface PyodideOptions {
  /** Whether a bubblewrap sandbox stands around it. Default: where possible. */
  readonly sandbox?: 'where possible' | 'never'
  /** Where sessions' folders are made. */
  readonly folder?: string | undefined
  /** Where Python's library is kept once it is compiled; undefined: every session compiles what it imports. */
  readonly cache?: string | undefined
}

/** Node with Pyodide loaded. */
const ownBytes = 512 * 1024 ** 2

export class PyodideRuntime implements StatementRuntime {
  readonly name = 'pyodide'
  readonly #folder = dirname(packageFile)
  readonly #version = (JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly version: string }).version
  readonly #options: PyodideOptions
  #sandboxed: Promise<boolean> | undefined
  #serial = 0
  #prepared: Promise<void> | undefined
  #preparing: RuntimeSession | undefined
  #closed = false

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

  /** Compiles the library, unless that was done before: sessions start in a third of the time. */
  prepare(): Promise<void> {
    return (this.#prepared ??= this.#prepare().catch(() => undefined))
  }

  async #prepare(): Promise<void> {
    const target = this.#compiled
    if (target === undefined || existsSync(target)) return
    const limits = { ...defaultLimits, outputBytes: 64 * 1024 ** 2 }
    const session = await this.start({ label: 'library', arguments: [], region: '', gateway: undefined, limits })
    this.#preparing = session
    if (this.#closed) await session.stop()
    const { status, text } = await session.run(compiler).finally(() => session.stop())
    if (status !== 'ok' || this.#closed) return
    await mkdir(dirname(target), { recursive: true })
    // Read by another user inside, and never seen half written.
    await writeFile(`${target}.${process.pid}`, Buffer.from(text, 'base64'), { mode: 0o644 })
    await rename(`${target}.${process.pid}`, target)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#preparing?.stop()
    await this.#prepared
  }

  get #compiled(): string | undefined {
    const { cache } = this.#options
    return cache === undefined ? undefined : join(cache, `pyodide-${this.#version}.zip`)
  }

  async start(session: SessionStart): Promise<RuntimeSession> {
    const compiled = this.#compiled
    const library = compiled !== undefined && existsSync(compiled) ? compiled : join(this.#folder, 'python_stdlib.zip')
    const user = (await this.sandboxed()) ? sandboxUser(++this.#serial) : undefined
    const folder = makeSessionFolder(this.#options.folder)
    // Read by another user inside.
    if (user !== undefined) await chmod(folder, 0o711)
    const interrupts = join(folder, 'interrupt')
    const settings = {
      folder: this.#folder,
      library,
      realm,
      programs,
      memoryBytes: session.limits.memoryBytes,
      arguments: session.arguments,
      interrupts,
    }
    const command = [
      process.execPath,
      ...nodeFlags([`${this.#folder}/*`, library, processFile, `${folder}/*`]),
      processFile,
    ]
    const [program, ...parameters] = (
      (await this.sandboxed())
        ? sandboxCommand(
            {
              readOnly: [process.execPath, this.#folder, library, processFile, folder],
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
