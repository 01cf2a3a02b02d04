/** `scopedown account add`: a further account in a server's store, so that cross-account access is real. */

import { printable } from '@scopedown/engine'
import type { AddedAccount } from '@scopedown/server'
import { Command } from 'commander'
import type { Invocation } from '../invocation.ts'
import { exitStatus, Unusable } from '../unusable.ts'
import { quoted, type ServerFlags, startOptions, variables, whyNot, withEnvironment } from './server-flags.ts'

const notes = `
The account gets an administrator of its own, whose access key is written to \`credentials-ID\` in the data folder, in the
aws CLI's format, readable by you alone. A server that runs over the same data sees the account at once.
--data and --database-url are also ${variables.data} and ${variables.databaseUrl}, as for \`scopedown serve\`.

Exit status:
  0  the account was made
  2  it was not: the reason is on standard error

Examples:
  scopedown account add 999999999999
  scopedown account add 999999999999 --data /tmp/scopedown
`

export function accountCommand(invocation: Invocation): Command {
  const add = new Command('add')
    .description('make an account with an administrator of its own')
    .argument('<id>', 'twelve digits')
    .option('--data <folder>', "the server's data folder (default: ~/.scopedown)")
    .option('--database-url <url>', "the server's database, where it has one (default: SQLite in --data)")
    .addHelpText('after', notes)
    .action(async (id: string, flags: ServerFlags) => {
      invocation.status = await addOne(invocation, id, withEnvironment(flags, invocation.io.env))
    })
  return new Command('account').description("manage the accounts of a server's store").addCommand(add)
}

async function addOne(invocation: Invocation, id: string, flags: ServerFlags): Promise<number> {
  const { addAccount } = await import('@scopedown/server')
  let added: AddedAccount
  try {
    added = await addAccount(
      id,
      startOptions(flags, (line) => invocation.warn(printable(line))),
    )
  } catch (error) {
    throw new Unusable(`scopedown: cannot add the account: ${whyNot(error)}`)
  }
  invocation.print(
    `The administrator's access key of account ${id} is in ${printable(added.credentialsFile)}`,
    '',
    'Use it with the aws CLI:',
    `  export AWS_SHARED_CREDENTIALS_FILE=${quoted(added.credentialsFile)}`,
  )
  return exitStatus.ok
}
