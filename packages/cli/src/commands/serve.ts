/** `scopedown serve`: the server, until it is told to stop. Each flag is also an environment variable. */

import { printable } from '@scopedown/engine'
import type { RunningServer } from '@scopedown/server'
import { Command, Option } from 'commander'
import type { Invocation } from '../invocation.ts'
import { withHeapGrowth } from '../server/heap-growth.ts'
import { exitStatus, Unusable } from '../unusable.ts'
import {
  defaultRegion,
  quoted,
  type ServerFlags,
  startOptions,
  variables,
  whyNot,
  withEnvironment,
} from './server-flags.ts'
import {
  type SessionFlags,
  sessionFlagsOf,
  sessionOptions,
  sessionSettingsOf,
  sessionVariables,
} from './session-flags.ts'
import { type SftpFlags, sftpOptions, sftpSettingsOf, sftpVariables } from './sftp-flags.ts'

const notes = `
Each option is also an environment variable; a flag wins:
  --port  ${variables.port}      --account  ${variables.account}      --database-url     ${variables.databaseUrl}
  --host  ${variables.host}      --region   ${variables.region}       --root-access-key  ${variables.rootAccessKey}
  --data  ${variables.data}                                            (several, parted by commas)
  --object-store  ${variables.objectStore}
  --session-runtime  ${sessionVariables.sessionRuntime}    --python          ${sessionVariables.python}
  --spark-remote     ${sessionVariables.sparkRemote}       --session-memory  ${sessionVariables.sessionMemory}
  --job-scripts      ${sessionVariables.jobScripts}        --allow-unsandboxed-sessions  ${sessionVariables.allowUnsandboxedSessions}
  --efs-root         ${sftpVariables.efsRoot}              --sftp-partial-uploads        ${sftpVariables.sftpPartialUploads}
  A secret is better off in the environment: every user of a machine can read its command lines.

On its first start the server makes the account and an administrator, and writes the administrator's access key to
the file \`credentials\` in the data folder, in the aws CLI's own format, readable by you alone.

  GET /_scopedown/         the console, for a browser: who can do what, and why not
  GET /_scopedown/health   200 as soon as it serves
  GET /_scopedown/metrics  for Prometheus

SIGTERM and SIGINT let the requests under way finish, then stop; a second one stops at once.

Exit status:
  0  stopped as told
  2  could not start: the reason is on standard error

Examples:
  scopedown serve
  scopedown serve --session-runtime spark --python .venv/bin/python
  scopedown serve --port 0 --data /tmp/scopedown --root-access-key AKIAEXAMPLEEXAMPLE01:s3cr3t
  SCOPEDOWN_DATABASE_URL=postgres://scopedown@db/scopedown scopedown serve --host 0.0.0.0
`

export function serveCommand(invocation: Invocation): Command {
  const each = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value]
  const command = new Command('serve')
    .description('serve the AWS APIs, every call authorized by the policies that you store in it')
    .option('--port <number>', 'port to listen on, 0 for any that is free (default: 4566)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--data <folder>', 'everything the server keeps (default: ~/.scopedown)')
    .option('--account <id>', 'the account made on the first start (default: 123456789012)')
    .option('--region <name>', `the region it answers for (default: ${defaultRegion})`)
    .option('--sftp-port <number>', 'port of the first SFTP server; others get the next free ones (default: 2222)')
    .option('--database-url <url>', 'postgres://…, for several servers over one database (default: SQLite in --data)')
    .option(
      '--object-store <url>',
      "s3://bucket?endpoint=…&region=…, where objects' bytes lie; credentials as the AWS SDKs find them (default: --data)",
    )
    .addOption(
      new Option(
        '--root-access-key <id:secret[:account]>',
        "give an account's root user this access key while the server runs, for tests and CI (repeatable)",
      ).argParser(each),
    )
    .addHelpText('after', notes)
    .action(async (flags: ServerFlags & SessionFlags & SftpFlags) => {
      const { env } = invocation.io
      const { lambdaEndpoint, transferFunction, efsRoot, sftpPartialUploads, ...others } = flags
      const sessions = sessionFlagsOf(others, env)
      const sftp = sftpSettingsOf(flags, env)
      invocation.status = await serve(invocation, withEnvironment(others, env), sessions, sftp)
    })
  for (const option of [...sessionOptions, ...sftpOptions]) command.addOption(option)
  return command
}

async function serve(
  invocation: Invocation,
  flags: ServerFlags,
  sessions: SessionFlags,
  sftp: ReturnType<typeof sftpSettingsOf>,
): Promise<number> {
  const options = {
    ...startOptions(flags, (line) => invocation.warn(printable(line))),
    ...sessionSettingsOf(sessions),
    ...sftp,
    announce: (line: string) => invocation.print(printable(line)),
  }
  let server: RunningServer
  try {
    server = await withHeapGrowth(async () => (await import('@scopedown/server')).startServer(options))
  } catch (error) {
    throw new Unusable(`scopedown: cannot serve: ${whyNot(error)}`)
  }
  invocation.print(...greeting(server, options.region))
  await toldToStop()
  await server.close()
  return exitStatus.ok
}

function greeting({ url, credentialsFile, firstStart }: RunningServer, region: string): string[] {
  return [
    `Scopedown serves ${url}`,
    `The administrator's access key is in ${credentialsFile}${firstStart ? ', made just now' : ''}`,
    '',
    'Try it with the aws CLI:',
    `  export AWS_ENDPOINT_URL=${url} AWS_DEFAULT_REGION=${region} AWS_SHARED_CREDENTIALS_FILE=${quoted(credentialsFile)}`,
    '  aws sts get-caller-identity',
    '  aws iam create-user --user-name ana',
  ]
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      // `once`: a second signal finds no listener and ends the process.
      process.once(signal, () => resolve())
    }
  })
}
