/** `scopedown transfer explain`: what would happen to a user of Transfer Family, and which side decides. */

import { printable, renderExplanation } from '@scopedown/engine'
import type { FileOperation, TransferExplanation } from '@scopedown/server'
import { Command } from 'commander'
import type { Invocation } from '../invocation.ts'
import { exitStatus, Unusable } from '../unusable.ts'
import { type ServerFlags, startOptions, variables, whyNot, withEnvironment } from './server-flags.ts'
import { type SftpFlags, sftpSettingsOf, sftpVariables } from './sftp-flags.ts'

const notes = `
The session is made as a login would make it (role, session policy with its variables, home directory) and asked without
doing anything. It reads the server's store, beside a server that runs or without one.
On a server of the domain EFS the permission bits on the way are read too, so it needs --efs-root, and --account if the server was
started with one.
--data, --database-url, --account and --efs-root are also ${variables.data}, ${variables.databaseUrl}, ${variables.account} and
${sftpVariables.efsRoot}, as for \`scopedown serve\`.

OPERATION: get, put, list, stat, delete, mkdir, rmdir. Users of an identity provider are known to it alone.

Exit status:
  0  it would be allowed
  1  it would be denied
  2  it cannot be said: the reason is on standard error

Examples:
  scopedown transfer explain bob /company-transfers/alice/report.csv get
  scopedown transfer explain bob . list --data /tmp/scopedown
`

interface Flags extends ServerFlags, Pick<SftpFlags, 'efsRoot'> {
  readonly server?: string
}

export function transferCommand(invocation: Invocation): Command {
  const explain = new Command('explain')
    .description('what would happen to a user on a path, and why')
    .argument('<user>')
    .argument('<path>', 'as the client sends it; relative to the home directory')
    .argument('<operation>', 'get, put, list, stat, delete, mkdir or rmdir')
    .option('--server <id>', 'the SFTP server, where several have a user of that name')
    .option('--data <folder>', "the server's data folder (default: ~/.scopedown)")
    .option('--database-url <url>', "the server's database, where it has one (default: SQLite in --data)")
    .option('--efs-root <folder>', 'a folder of folders fs-…, as the server has it, for servers with Domain EFS')
    .option('--account <id>', 'the account of those file systems, as the server has it (default: 123456789012)')
    .addHelpText('after', notes)
    .action(async (user: string, path: string, operation: string, flags: Flags) => {
      invocation.status = await explainOne(invocation, { user, path, operation }, flags)
    })
  return new Command('transfer').description('Transfer Family: SFTP users and their permissions').addCommand(explain)
}

async function explainOne(
  invocation: Invocation,
  { user, path, operation }: { readonly user: string; readonly path: string; readonly operation: string },
  { server, efsRoot, ...flags }: Flags,
): Promise<number> {
  const { explainTransfer, fileOperations } = await import('@scopedown/server')
  if (!(fileOperations as readonly string[]).includes(operation)) {
    throw new Unusable(`scopedown: the operation must be one of ${fileOperations.join(', ')}`)
  }
  const { env } = invocation.io
  const options = {
    ...startOptions(withEnvironment(flags, env), (line) => invocation.warn(printable(line))),
    ...sftpSettingsOf(efsRoot === undefined ? {} : { efsRoot }, env),
  }
  let explained: TransferExplanation
  try {
    explained = await explainTransfer(options, { serverId: server, user, path, operation: operation as FileOperation })
  } catch (error) {
    throw new Unusable(`scopedown: cannot explain: ${whyNot(error)}`)
  }
  const { place } = explained
  invocation.print(
    `${explained.outcome}: ${operation} of ${printable(explained.path)}${place === undefined ? '' : ` (stored at ${printable(place)})`}`,
  )
  if (explained.reason !== undefined) invocation.print(printable(explained.reason))
  for (const { explanation } of explained.questions) invocation.print('', renderExplanation(explanation).trimEnd())
  return explained.outcome === 'allowed' ? exitStatus.ok : exitStatus.denied
}
