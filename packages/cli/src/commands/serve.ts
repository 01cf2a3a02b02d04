/** `scopedown serve`: the server, until it is told to stop. Each flag is also an environment variable. */

import { printable } from '@scopedown/engine'
import type { RunningServer } from '@scopedown/server'
import { Command, Option } from 'commander'
import type { Invocation } from '../invocation.ts'
import { exitStatus, Unusable } from '../unusable.ts'

interface ServeFlags {
  readonly port?: string
  readonly host?: string
  readonly data?: string
  readonly account?: string
  readonly region?: string
  readonly databaseUrl?: string
  readonly rootAccessKey?: readonly string[]
}

const defaultRegion = 'us-east-1'

/** Which variable stands in for which flag. */
const variables = {
  port: 'SCOPEDOWN_PORT',
  host: 'SCOPEDOWN_HOST',
  data: 'SCOPEDOWN_DATA',
  account: 'SCOPEDOWN_ACCOUNT',
  region: 'SCOPEDOWN_REGION',
  databaseUrl: 'SCOPEDOWN_DATABASE_URL',
  rootAccessKey: 'SCOPEDOWN_ROOT_ACCESS_KEYS',
} as const satisfies Record<keyof ServeFlags, string>

const notes = `
Each option is also an environment variable; a flag wins:
  --port  ${variables.port}      --account  ${variables.account}      --database-url     ${variables.databaseUrl}
  --host  ${variables.host}      --region   ${variables.region}       --root-access-key  ${variables.rootAccessKey}
  --data  ${variables.data}                                            (several, parted by commas)
  A secret is better off in the environment: every user of a machine can read its command lines.

On its first start the server makes the account and an administrator, and writes the administrator's access key to
the file \`credentials\` in the data folder, in the aws CLI's own format, readable by you alone.

  GET /_scopedown/health   200 as soon as it serves
  GET /_scopedown/metrics  for Prometheus

SIGTERM and SIGINT let the requests under way finish, then stop; a second one stops at once.

Exit status:
  0  stopped as told
  2  could not start: the reason is on standard error

Examples:
  scopedown serve
  scopedown serve --port 0 --data /tmp/scopedown --root-access-key AKIAEXAMPLEEXAMPLE01:s3cr3t
  SCOPEDOWN_DATABASE_URL=postgres://scopedown@db/scopedown scopedown serve --host 0.0.0.0
`

export function serveCommand(invocation: Invocation): Command {
  const each = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value]
  return new Command('serve')
    .description('serve the AWS APIs, every call authorized by the policies that you store in it')
    .option('--port <number>', 'port to listen on, 0 for any that is free (default: 4566)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--data <folder>', 'everything the server keeps (default: ~/.scopedown)')
    .option('--account <id>', 'the account made on the first start (default: 123456789012)')
    .option('--region <name>', `the region it answers for (default: ${defaultRegion})`)
    .option('--database-url <url>', 'postgres://…, for several servers over one database (default: SQLite in --data)')
    .addOption(
      new Option(
        '--root-access-key <id:secret[:account]>',
        "give an account's root user this access key while the server runs, for tests and CI (repeatable)",
      ).argParser(each),
    )
    .addHelpText('after', notes)
    .action(async (flags: ServeFlags) => {
      invocation.status = await serve(invocation, withEnvironment(flags, invocation.io.env))
    })
}

function withEnvironment(flags: ServeFlags, env: Readonly<Record<string, string | undefined>>): ServeFlags {
  const given: Record<string, unknown> = {}
  for (const [name, variable] of Object.entries(variables)) {
    // Empty is what many tools set for "not set".
    const value = env[variable] || undefined
    if (value !== undefined) given[name] = name === 'rootAccessKey' ? value.split(/[\s,]+/).filter(Boolean) : value
  }
  return { ...given, ...flags }
}

async function serve(invocation: Invocation, flags: ServeFlags): Promise<number> {
  const { port, rootAccessKey, region = defaultRegion, ...rest } = flags
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new Unusable(`scopedown: the port must be from 0 to 65535, not \`${printable(port)}\``)
  }
  const { startServer } = await import('@scopedown/server')
  let server: RunningServer
  try {
    server = await startServer({
      ...rest,
      region,
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(rootAccessKey === undefined ? {} : { rootAccessKeys: rootAccessKey }),
      log: (line) => invocation.warn(printable(line)),
    })
  } catch (error) {
    throw new Unusable(`scopedown: cannot serve: ${whyNot(error)}`)
  }
  invocation.print(...greeting(server, region))
  await toldToStop()
  await server.close()
  return exitStatus.ok
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'another program listens on that port; choose another with --port, or 0 for any'
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address; see --host'
  if (code === 'EACCES') return `permission denied: ${printable(message)}`
  return printable(message)
}

function greeting({ url, credentialsFile, firstStart }: RunningServer, region: string): string[] {
  return [
    `Scopedown serves ${url}`,
    `The administrator's access key is in ${credentialsFile}${firstStart ? ', made just now' : ''}`,
    '',
    'Try it with the aws CLI:',
    `  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_SHARED_CREDENTIALS_FILE=${quoted(credentialsFile)}`,
    '  aws sts get-caller-identity',
    '  aws iam create-user --user-name ana',
  ]
}

/** As a shell reads it back. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      // `once`: a second signal finds no listener and ends the process.
      process.once(signal, () => resolve())
    }
  })
}
