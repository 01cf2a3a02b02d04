/** The CPython of this machine: where it lives and what of the file system it needs in order to start. */

import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'

export interface Interpreter {
  readonly executable: string
  readonly version: string
  /** Bound read-only into the sandbox. */
  readonly paths: readonly string[]
  /** Of the modules that were asked for, those that it cannot import. */
  readonly missing: readonly string[]
}

const question = `
import importlib.util, json, os, sys, sysconfig
paths = sysconfig.get_paths()
print(json.dumps({
  "executable": os.path.realpath(sys.executable) if sys.prefix == sys.base_prefix else sys.executable,
  "version": sys.version.split()[0], "prefix": sys.prefix, "basePrefix": sys.base_prefix,
  "folders": [paths["stdlib"], paths["platstdlib"], paths["purelib"], paths["platlib"]],
  "missing": [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None],
  "libdir": sysconfig.get_config_var("LIBDIR") or "",
}))
`

interface Answer {
  readonly executable: string
  readonly version: string
  readonly prefix: string
  readonly basePrefix: string
  readonly folders: readonly string[]
  readonly libdir: string
  readonly missing: readonly string[]
}

const run = promisify(execFile)

/** `command`: a name on the PATH or a path. Rejects where it is no Python 3. */
export async function findInterpreter(command: string, needs: readonly string[]): Promise<Interpreter> {
  const { stdout } = await run(command, ['-I', '-c', question, ...needs], { timeout: 20_000 })
  const answer = JSON.parse(stdout) as Answer
  const paths = [answer.prefix, answer.basePrefix].flatMap((prefix) => pathsOf(prefix, answer))
  const { executable, version, missing } = answer
  return { executable, version, missing, paths: [...new Set(paths)].filter(existsSync) }
}

/** A prefix of its own is bound whole; of one that the whole system shares, only what is Python's. */
function pathsOf(prefix: string, answer: Answer): string[] {
  if (prefix === '/usr') return answer.folders.filter((folder) => !folder.startsWith('/usr/lib'))
  if (prefix !== '/usr/local') return [prefix]
  const libraries = existsSync(answer.libdir) ? readdirSync(answer.libdir) : []
  const shared = libraries.filter((name) => name.startsWith('libpython')).map((name) => `${answer.libdir}/${name}`)
  return [answer.executable, ...answer.folders, ...shared]
}
