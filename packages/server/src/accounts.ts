/** Further accounts in one server's store, so that cross-account access is real. */

import { join } from 'node:path'
import { ensureAccount, ensureAdministrator } from './first-start.ts'
import { OptionError } from './kernel/option-error.ts'
import type { IdentityTables } from './principals/tables.ts'
import { schemaSteps } from './schema.ts'
import { loadMasterKey } from './secrets/master-key.ts'
import { Sealer } from './secrets/sealer.ts'
import { type StartOptions, settingsOf } from './start-options.ts'
import { openStore } from './store/store.ts'

export interface AddedAccount {
  /** The new account's administrator, in the aws CLI's format, mode 0600. */
  readonly credentialsFile: string
}

/**
 * Makes an account with an administrator of its own; works beside a running server. Options as for `startServer` (`data`,
 * `databaseUrl`, `region`). Throws `OptionError` for an id that is no account's or is taken.
 */
export async function addAccount(id: string, options: StartOptions = {}): Promise<AddedAccount> {
  const { data, databaseUrl, region } = settingsOf({ ...options, account: id })
  const keySealer = new Sealer(loadMasterKey(join(data, 'master.key')), 'secret access key')
  const store = (
    await openStore({ location: databaseUrl ?? join(data, 'scopedown.db'), steps: schemaSteps })
  ).as<IdentityTables>()
  try {
    const credentialsFile = join(data, `credentials-${id}`)
    const time = Date.now()
    await ensureAccount(store, id, time)
    if (!(await ensureAdministrator(store, keySealer, { account: id, region, time, file: credentialsFile }))) {
      throw new OptionError(`the account \`${id}\` is there already`)
    }
    return { credentialsFile }
  } finally {
    await store.close()
  }
}
