/** Finding IAM's named entities, and asking permission on them. */

import type { Kysely, Selectable } from 'kysely'
import type { Caller } from '../../kernel/caller.ts'
import { type Requirement, type RequirementDetails, requires } from '../../kernel/requirement.ts'
import { iamArn } from '../../principals/arns.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import { accountQuotas } from './account-quotas.ts'
import { alreadyExists, type EntityKind, limitExceeded, noSuchEntity } from './faults.ts'
import type { IamDeps } from './operation.ts'
import { type Page, pageOf, pageSize, startOf } from './pages.ts'

export type Db = Kysely<IdentityTables>

export const tables = {
  user: 'iam_users',
  group: 'iam_groups',
  role: 'iam_roles',
  'instance profile': 'iam_instance_profiles',
} as const satisfies Record<EntityKind, keyof IdentityTables>

export type UserRow = Selectable<IdentityTables['iam_users']>
export type GroupRow = Selectable<IdentityTables['iam_groups']>
export type RoleRow = Selectable<IdentityTables['iam_roles']>
export type ProfileRow = Selectable<IdentityTables['iam_instance_profiles']>

interface Rows {
  readonly user: UserRow
  readonly group: GroupRow
  readonly role: RoleRow
  readonly 'instance profile': ProfileRow
}

export type RowOf<K extends EntityKind> = Rows[K]

type Scope = { readonly partition: string; readonly account: string }

export const nameKey = (name: string): string => name.toLowerCase()

/** All four tables have the columns that are asked for here; Kysely wants one of them by name. */
const tableOf = (kind: EntityKind) => tables[kind] as string as 'iam_groups'

/** IAM finds entities by their exact name, though no two may differ by case only. */
export async function findEntity<K extends EntityKind>(
  db: Db,
  kind: K,
  account: string,
  name: string,
): Promise<RowOf<K> | undefined> {
  const row = await db
    .selectFrom(tableOf(kind))
    .selectAll()
    .where('account_id', '=', account)
    .where('name_key', '=', nameKey(name))
    .where('name', '=', name)
    .executeTakeFirst()
  return row as RowOf<K> | undefined
}

export async function entityNamed<K extends EntityKind>(
  db: Db,
  kind: K,
  account: string,
  name: string,
): Promise<RowOf<K>> {
  const row = await findEntity(db, kind, account, name)
  if (row === undefined) throw noSuchEntity(kind, name)
  return row
}

/** The same for calls that only read, out of what was read before. */
export async function knownEntity<K extends EntityKind>(
  { store }: Pick<IamDeps, 'store'>,
  kind: K,
  account: string,
  name: string,
): Promise<RowOf<K> | undefined> {
  return store.reads.read(account, `iam ${kind} ${name}`, () => findEntity(store.db, kind, account, name))
}

/** Before a name is given: nobody bears it in any case, and, where an entity is added, there is room for one more. */
export async function checkNewName(
  db: Db,
  kind: EntityKind,
  account: string,
  name: string,
  renamed?: { readonly id: string },
): Promise<void> {
  const taken = await db
    .selectFrom(tableOf(kind))
    .select('id')
    .where('account_id', '=', account)
    .where('name_key', '=', nameKey(name))
    .executeTakeFirst()
  if (taken !== undefined && taken.id !== renamed?.id) throw alreadyExists(kind, name)
  if (renamed !== undefined) return
  const [quota, limit] = accountQuotas[kind]
  if ((await countEntities(db, kind, account)) >= limit) throw limitExceeded(quota, limit)
}

export async function countEntities(db: Db, kind: EntityKind, account: string): Promise<number> {
  const { count } = await db
    .selectFrom(tableOf(kind))
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account_id', '=', account)
    .executeTakeFirstOrThrow()
  return count
}

/** One page of an account's entities below a path, by name. */
export async function listEntities<K extends EntityKind>(
  db: Db,
  kind: K,
  account: string,
  input: {
    readonly PathPrefix?: string | undefined
    readonly Marker?: string | undefined
    readonly MaxItems?: number | undefined
  },
): Promise<Page<RowOf<K>>> {
  const prefix = input.PathPrefix ?? '/'
  const rows = await db
    .selectFrom(tableOf(kind))
    .selectAll()
    .where('account_id', '=', account)
    .where('name_key', '>', startOf(input))
    // Paths are printable ASCII, and compare by code point: these two bounds are the prefix.
    .where('path', '>=', prefix)
    .where('path', '<', `${prefix}\u00FF`)
    .orderBy('name_key')
    .limit(pageSize(input) + 1)
    .execute()
  const page = pageOf(rows, input, ({ name_key }) => name_key)
  return { items: page.items as unknown as readonly RowOf<K>[], end: page.end }
}

const arnMakers = { user: 'user', group: 'group', role: 'role', 'instance profile': 'instanceProfile' } as const

export function entityArn(kind: EntityKind, scope: Scope, path: string, name: string): string {
  return iamArn(scope)[arnMakers[kind]](path, name)
}

/** Of a row that has an account of its own. */
export function rowArn(
  kind: EntityKind,
  partition: string,
  row: { readonly account_id: string; readonly path: string; readonly name: string },
): string {
  return entityArn(kind, { partition, account: row.account_id }, row.path, row.name)
}

interface Details extends RequirementDetails {
  /** `iam:PermissionsBoundary` is the boundary that the entity has. */
  readonly ownBoundary?: true
}

/** One action on one entity: the stored path, or `/` for a name that nobody bears. */
export async function onEntity(
  kind: EntityKind,
  action: string,
  { caller }: { readonly caller: Caller },
  deps: IamDeps,
  name: string,
  { ownBoundary, ...details }: Details = {},
): Promise<[Requirement]> {
  const row: Rows[EntityKind] | undefined = await knownEntity(deps, kind, caller.account, name)
  const resource = entityArn(kind, caller, row?.path ?? '/', name)
  const boundary = row !== undefined && 'boundary_arn' in row ? row.boundary_arn : null
  if (ownBoundary === undefined || boundary === null) return [requires(action, resource, details)]
  const context = { ...details.context, 'iam:PermissionsBoundary': boundary }
  return [requires(action, resource, { ...details, context })]
}

/** The API omits empty tag lists and boundaries. */
export function tagList(tags: ReadonlyMap<string, string>): { Tags?: { Key: string; Value: string }[] } {
  return tags.size === 0 ? {} : { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}
