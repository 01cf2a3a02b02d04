/** The flags of `scopedown serve` about what runs the statements of interactive sessions and Glue's jobs. */

import { printable } from '@scopedown/engine'
import type { StartOptions } from '@scopedown/server'
import { Option } from 'commander'
import { Unusable } from '../unusable.ts'

export interface SessionFlags {
  readonly sessionRuntime?: string
  readonly python?: string
  readonly sparkRemote?: string
  readonly sessionMemory?: string
  readonly jobScripts?: string
  readonly allowUnsandboxedSessions?: boolean | string
}

export const sessionVariables = {
  sessionRuntime: 'SCOPEDOWN_SESSION_RUNTIME',
  python: 'SCOPEDOWN_PYTHON',
  sparkRemote: 'SCOPEDOWN_SPARK_REMOTE',
  sessionMemory: 'SCOPEDOWN_SESSION_MEMORY',
  jobScripts: 'SCOPEDOWN_JOB_SCRIPTS',
  allowUnsandboxedSessions: 'SCOPEDOWN_ALLOW_UNSANDBOXED_SESSIONS',
} as const satisfies Record<keyof SessionFlags, string>

/** What was given for sessions, flags before variables; an empty variable is one that is not set. */
export function sessionFlagsOf(flags: SessionFlags, env: Readonly<Record<string, string | undefined>>): SessionFlags {
  const names = Object.keys(sessionVariables) as (keyof SessionFlags)[]
  return Object.fromEntries(
    names
      .map((name) => [name, flags[name] ?? (env[sessionVariables[name]] || undefined)] as const)
      .filter(([, value]) => value !== undefined),
  )
}

const runtimes = ['auto', 'python', 'spark', 'pyodide'] as const
type RuntimeName = (typeof runtimes)[number]
const isRuntime = (name: string): name is RuntimeName => (runtimes as readonly string[]).includes(name)

export const sessionOptions: readonly Option[] = [
  new Option(
    '--session-runtime <name>',
    'runs statements and jobs: python, spark, pyodide, or auto: python where its sandbox works, else pyodide (default: auto)',
  ),
  new Option('--python <command>', 'the Python of python and spark (default: python3)'),
  new Option(
    '--spark-remote <sc://host:port>',
    'an existing Spark, through Spark Connect (default: one in each session)',
  ),
  new Option('--session-memory <MiB>', 'memory of one session, all its processes together (default: 2048)'),
  new Option('--job-scripts <folder>', 'lets jobs name scripts in this folder as file:NAME (default: s3:// only)'),
  new Option(
    '--allow-unsandboxed-sessions',
    "run statements as the server's own user, with its files and its network: whoever may run a statement owns this machine",
  ),
]

export function sessionSettingsOf(flags: SessionFlags): Pick<StartOptions, 'sessions'> {
  const { sessionRuntime = 'auto', python, sparkRemote, sessionMemory, jobScripts, allowUnsandboxedSessions } = flags
  if (!isRuntime(sessionRuntime)) {
    throw new Unusable(
      `scopedown: the session runtime must be one of ${runtimes.join(', ')}, not \`${printable(sessionRuntime)}\``,
    )
  }
  if (sessionMemory !== undefined && !/^[1-9]\d{1,7}$/.test(sessionMemory)) {
    throw new Unusable(`scopedown: the memory of a session is a number of MiB, not \`${printable(sessionMemory)}\``)
  }
  return {
    sessions: {
      runtime: sessionRuntime,
      ...(python === undefined ? {} : { python }),
      ...(sparkRemote === undefined ? {} : { sparkRemote }),
      ...(sessionMemory === undefined ? {} : { memoryBytes: Number(sessionMemory) * 1024 ** 2 }),
      ...(jobScripts === undefined ? {} : { jobScripts }),
      allowUnsandboxed: isOn(allowUnsandboxedSessions),
    },
  }
}

/** Nothing but these words turns it on; a word that says neither is refused. */
function isOn(value: boolean | string | undefined): boolean {
  if (value === undefined || value === false || value === '0' || value === 'false' || value === 'no') return false
  if (value === true || value === '1' || value === 'true' || value === 'yes') return true
  throw new Unusable(
    `scopedown: ${sessionVariables.allowUnsandboxedSessions} must be true or false, not \`${printable(value)}\``,
  )
}
