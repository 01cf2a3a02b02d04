/** Servers as stored. */

import type {
  EndpointType,
  IdentityProviderDetails,
  IdentityProviderType,
  Protocol,
  ProtocolDetails,
  S3StorageOptions,
} from '@aws-sdk/client-transfer'
import type { Selectable } from 'kysely'
import type { ArnScope } from '../../kernel/call.ts'
import { notFound } from './faults.ts'
import type { TransferDb } from './operation.ts'
import type { TransferTables } from './tables.ts'

export type ServerRow = Selectable<TransferTables['transfer_servers']>

export interface ServerSettings {
  readonly Domain: 'S3' | 'EFS'
  readonly EndpointType: EndpointType
  readonly IdentityProviderType: IdentityProviderType
  readonly IdentityProviderDetails?: IdentityProviderDetails | undefined
  readonly LoggingRole?: string | undefined
  readonly PreAuthenticationLoginBanner?: string | undefined
  readonly PostAuthenticationLoginBanner?: string | undefined
  readonly Protocols: readonly Protocol[]
  readonly ProtocolDetails?: ProtocolDetails | undefined
  readonly SecurityPolicyName: string
  readonly StructuredLogDestinations?: readonly string[] | undefined
  readonly S3StorageOptions?: S3StorageOptions | undefined
}

export const settingsOf = (row: Pick<ServerRow, 'settings'>): ServerSettings => JSON.parse(row.settings)

type Scope = Pick<ArnScope, 'account' | 'region'>

/** Of this account and region; another's server is not there. */
export async function serverNamed(db: TransferDb, { account, region }: Scope, id: string): Promise<ServerRow> {
  const row = await db
    .selectFrom('transfer_servers')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', account)
    .where('region', '=', region)
    .executeTakeFirst()
  if (row === undefined) throw notFound('Server', id)
  return row
}

export async function userCount(db: TransferDb, serverId: string): Promise<number> {
  const { count } = await db
    .selectFrom('transfer_users')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('server_id', '=', serverId)
    .executeTakeFirstOrThrow()
  return Number(count)
}
