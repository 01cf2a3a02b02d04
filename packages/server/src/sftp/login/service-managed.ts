/** Users kept by Transfer Family itself: public keys only. User Guide, "Working with service-managed users". */

import type { TransferDb } from '../../services/transfer/operation.ts'
import { findUser, userKeys, userSettingsOf } from '../../services/transfer/user-rows.ts'
import { type Authority, LoginRefused } from './login.ts'

export function serviceManaged(db: TransferDb, serverId: string): Authority {
  return {
    methods: ['publickey'],
    both: false,
    byKey: async (userName) => {
      const row = await findUser(db, serverId, userName)
      const keys = await userKeys(db, serverId, userName)
      if (row === undefined) throw new LoginRefused('there is no such user')
      const identities = keys.map(({ identity }) => identity)
      return { login: { userName, settings: userSettingsOf(row), alsoWithin: [] }, identities }
    },
    byPassword: async () => {
      throw new LoginRefused('service-managed users have no password')
    },
  }
}
