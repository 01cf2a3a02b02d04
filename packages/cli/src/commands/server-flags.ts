/** The flags that commands of the server share, each also an environment variable, and how its failures are told. */

import { printable } from '@scopedown/engine'
import type { StartOptions } from '@scopedown/server'
import { Unusable } from '../unusable.ts'

export interface ServerFlags {
  readonly port?: string
  readonly host?: string
  readonly data?: string
  readonly account?: string
  readonly region?: string
  readonly databaseUrl?: string
  readonly objectStore?: string
  readonly sftpPort?: string
  readonly rootAccessKey?: readonly string[]
}

export const defaultRegion = 'us-east-1'

/** Which variable stands in for which flag. */
export const variables = {
  port: 'SCOPEDOWN_PORT',
  host: 'SCOPEDOWN_HOST',
  data: 'SCOPEDOWN_DATA',
  account: 'SCOPEDOWN_ACCOUNT',
  region: 'SCOPEDOWN_REGION',
  databaseUrl: 'SCOPEDOWN_DATABASE_URL',
  objectStore: 'SCOPEDOWN_OBJECT_STORE',
  sftpPort: 'SCOPEDOWN_SFTP_PORT',
  rootAccessKey: 'SCOPEDOWN_ROOT_ACCESS_KEYS',
} as const satisfies Record<keyof ServerFlags, string>

export function withEnvironment(flags: ServerFlags, env: Readonly<Record<string, string | undefined>>): ServerFlags {
  const given: Record<string, unknown> = {}
  for (const [name, variable] of Object.entries(variables)) {
    // Empty is what many tools set for "not set".
    const value = env[variable] || undefined
    if (value !== undefined) given[name] = name === 'rootAccessKey' ? value.split(/[\s,]+/).filter(Boolean) : value
  }
  return { ...given, ...flags }
}

export function startOptions(
  flags: ServerFlags,
  log: (line: string) => void,
): StartOptions & { readonly region: string } {
  const { port, sftpPort, rootAccessKey, region = defaultRegion, ...rest } = flags
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new Unusable(`scopedown: the port must be from 0 to 65535, not \`${printable(port)}\``)
  }
  if (sftpPort !== undefined && !/^\d{1,5}$/.test(sftpPort)) {
    throw new Unusable(`scopedown: the port for SFTP must be from 0 to 65535, not \`${printable(sftpPort)}\``)
  }
  return {
    ...rest,
    region,
    ...(sftpPort === undefined ? {} : { sftpPort: Number(sftpPort) }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(rootAccessKey === undefined ? {} : { rootAccessKeys: rootAccessKey }),
    log,
  }
}

export function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'another program listens on that port; choose another with --port, or 0 for any'
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address; see --host'
  if (code === 'EACCES') return `permission denied: ${printable(message)}`
  return printable(message)
}

/** As a shell reads it back. */
export const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
