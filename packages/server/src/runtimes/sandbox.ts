/**
 * One process behind bubblewrap: its own namespaces, no network but an empty loopback, and of the host's files only what an
 * interpreter needs to run. https://github.com/containers/bubblewrap; bwrap(1), setpriv(1).
 */

import { execFile } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

export interface SandboxOptions {
  /** Absolute paths, bound read-only where they stand. */
  readonly readOnly: readonly string[]
  /** Small files of the sandbox's own, by their path inside: who the user is, what `localhost` is. */
  readonly files: Readonly<Record<string, string>>
  /** Sockets of the host and their places inside, in `/run`. */
  readonly sockets: readonly { readonly host: string; readonly inside: string }[]
  /** Sizes the private temporary directory, which is also HOME and the working directory, bytes. */
  readonly temporaryBytes: number
  readonly command: readonly string[]
}

/** Where the server runs as root, code inside gets a user id of its own, so that limits by user hold. */
export const sandboxUser = (serial: number): number | undefined =>
  process.getuid?.() === 0 ? 1_000_000_000 + (serial % 1_000_000) : undefined

const systemPaths = [
  '/usr/bin',
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/share/zoneinfo',
  '/etc/ssl',
  '/etc/ld.so.cache',
]

/** Names at the root that are links on merged-/usr systems and folders elsewhere. */
const rootNames = ['/bin', '/lib', '/lib32', '/lib64']

/** The whole command line, `bwrap` first. The environment is that of the process which is started with it. */
export function sandboxCommand(options: SandboxOptions, user: number | undefined): string[] {
  const rooted = user !== undefined
  const arguments_ = ['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try']
  if (!rooted) arguments_.push('--unshare-user', '--uid', '1000', '--gid', '1000')
  arguments_.push('--die-with-parent', '--new-session', '--cap-drop', 'ALL')
  if (rooted)
    for (const capability of ['SETUID', 'SETGID', 'SETPCAP']) arguments_.push('--cap-add', `CAP_${capability}`)
  arguments_.push('--proc', '/proc', '--dev', '/dev', '--hostname', 'session')
  // First, for an interpreter may live below it.
  arguments_.push('--perms', '1777', '--size', String(options.temporaryBytes), '--tmpfs', '/tmp')
  const bound = [...systemPaths.filter(existsSync), ...options.readOnly]
  for (const name of rootNames) arguments_.push(...rootName(name))
  for (const folder of ancestors(bound)) arguments_.push('--perms', '0755', '--dir', folder)
  for (const path of bound) arguments_.push('--ro-bind', path, path)
  for (const [inside, host] of Object.entries(options.files)) arguments_.push('--ro-bind', host, inside)
  arguments_.push('--perms', '0755', '--dir', '/run')
  for (const { host, inside } of options.sockets) arguments_.push('--bind', host, inside)
  arguments_.push('--chdir', '/tmp', '--remount-ro', '/', '--')
  return ['bwrap', ...arguments_, ...(rooted ? dropRoot(user) : []), ...options.command]
}

function dropRoot(user: number): string[] {
  const id = String(user)
  const drop = ['--clear-groups', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs']
  return ['/usr/bin/setpriv', '--reuid', id, '--regid', id, ...drop]
}

function rootName(name: string): string[] {
  if (!existsSync(name)) return []
  const real = realpathSync(name)
  return real === name ? ['--ro-bind', name, name] : ['--symlink', real.slice(1), name]
}

/** Folders above the bound paths, outermost first: bubblewrap would make them for root alone. */
function ancestors(paths: readonly string[]): string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder))
      if (folder !== '/tmp') folders.add(folder)
  }
  return [...folders].sort()
}

const run = promisify(execFile)

/** What programs look up about themselves; none of it is the host's. */
export function ownFiles(user: number | undefined): Record<string, string> {
  const id = user ?? 1000
  return {
    '/etc/passwd': `session:x:${id}:${id}::/tmp:/bin/sh\n`,
    '/etc/group': `session:x:${id}:\n`,
    '/etc/hosts': '127.0.0.1 localhost session\n::1 localhost\n',
    '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  }
}

/** Tries an empty sandbox. */
export async function sandboxAvailable(): Promise<
  { readonly ok: true } | { readonly ok: false; readonly reason: string }
> {
  if (process.platform !== 'linux') return { ok: false, reason: 'bubblewrap sandboxes need Linux' }
  const user = sandboxUser(0)
  const command = sandboxCommand(
    { readOnly: [], files: {}, sockets: [], temporaryBytes: 1024 ** 2, command: ['/usr/bin/true'] },
    user,
  )
  try {
    await run(command[0] as string, command.slice(1), {
      timeout: 10_000,
      env: { PATH: '/usr/bin:/bin:/usr/local/bin' },
    })
    return { ok: true }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing) return { ok: false, reason: 'bubblewrap (`bwrap`) is not installed' }
    const said =
      String((error as { stderr?: string }).stderr ?? '')
        .trim()
        .split('\n')[0] ?? ''
    return { ok: false, reason: `bubblewrap cannot make a sandbox here: ${said || 'user namespaces may be off'}` }
  }
}
