/** Finding and making IAM's named entities; the store's rows in the API's shapes. */

import type { Kysely, Selectable } from 'kysely'
import { iamArn } from '../../principals/arns.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import { noSuchEntity } from './faults.ts'

export type Db = Kysely<IdentityTables>
export type UserRow = Selectable<IdentityTables['iam_users']>
export type RoleRow = Selectable<IdentityTables['iam_roles']>
export type GroupRow = Selectable<IdentityTables['iam_groups']>

export const nameKey = (name: string): string => name.toLowerCase()

/** IAM finds entities by their exact name, though no two may differ by case only. */
export function findUser(db: Db, account: string, name: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('iam_users')
    .selectAll()
    .where('account_id', '=', account)
    .where('name_key', '=', nameKey(name))
    .where('name', '=', name)
    .executeTakeFirst()
}

export async function userNamed(db: Db, account: string, name: string): Promise<UserRow> {
  const user = await findUser(db, account, name)
  if (user === undefined) throw noSuchEntity('user', name)
  return user
}

export function findRole(db: Db, account: string, name: string): Promise<RoleRow | undefined> {
  return db
    .selectFrom('iam_roles')
    .selectAll()
    .where('account_id', '=', account)
    .where('name_key', '=', nameKey(name))
    .where('name', '=', name)
    .executeTakeFirst()
}

export async function roleNamed(db: Db, account: string, name: string): Promise<RoleRow> {
  const role = await findRole(db, account, name)
  if (role === undefined) throw noSuchEntity('role', name)
  return role
}

/** What permission is asked on: the stored path, or `/` for a name that nobody bears. */
export async function userArn(db: Db, scope: { partition: string; account: string }, name: string): Promise<string> {
  const user = await findUser(db, scope.account, name)
  return iamArn(scope).user(user?.path ?? '/', name)
}

export async function roleArn(db: Db, scope: { partition: string; account: string }, name: string): Promise<string> {
  const role = await findRole(db, scope.account, name)
  return iamArn(scope).role(role?.path ?? '/', name)
}

/** The API omits empty tag lists and boundaries. */
export function tagList(tags: ReadonlyMap<string, string>): { Tags?: { Key: string; Value: string }[] } {
  return tags.size === 0 ? {} : { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}

export function boundaryOf(arn: string | null) {
  return arn === null
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
          PermissionsBoundaryArn: arn,
        },
      }
}
