/** Whom a managed policy is attached to or bounds. API reference: ListEntitiesForPolicy. */

import * as limits from './constraints.ts'
import { type Db, tables } from './entities.ts'
import { type EntityKind, noSuchPolicy } from './faults.ts'
import { operation } from './operation.ts'
import { pageOfAll } from './pages.ts'
import { onReadablePolicy } from './policies.ts'
import { findPolicy } from './policy-store.ts'

type Holder = Exclude<EntityKind, 'instance profile'>

interface Entity {
  readonly kind: Holder
  readonly id: string
  readonly name: string
  readonly path: string
}

const filters: Readonly<Record<string, readonly Holder[]>> = {
  User: ['user'],
  Role: ['role'],
  Group: ['group'],
  LocalManagedPolicy: [],
  AWSManagedPolicy: [],
}
const everyKind: readonly Holder[] = ['group', 'role', 'user']

async function attachedTo(db: Db, kind: Holder, account: string, arn: string): Promise<Entity[]> {
  const table = tables[kind] as 'iam_groups'
  const rows = await db
    .selectFrom('iam_attachments')
    .innerJoin(table, `${table}.id`, 'iam_attachments.owner_id')
    .select([`${table}.id`, `${table}.name`, `${table}.path`])
    .where('iam_attachments.policy_arn', '=', arn)
    .where('iam_attachments.account_id', '=', account)
    .execute()
  return rows.map((row) => ({ kind, ...row }))
}

async function boundedBy(db: Db, kind: Holder, account: string, arn: string): Promise<Entity[]> {
  if (kind === 'group') return []
  const rows = await db
    .selectFrom(tables[kind])
    .select(['id', 'name', 'path'])
    .where('account_id', '=', account)
    .where('boundary_arn', '=', arn)
    .execute()
  return rows.map((row) => ({ kind, ...row }))
}

export const listEntitiesForPolicy = operation('ListEntitiesForPolicy', {
  constraints: {
    PolicyArn: limits.arn,
    EntityFilter: { oneOf: Object.keys(filters) },
    PolicyUsageFilter: { oneOf: ['PermissionsPolicy', 'PermissionsBoundary'] },
    PathPrefix: limits.pathPrefix,
    ...limits.pages,
  },
  authorize: ({ input, caller }) => [onReadablePolicy('iam:ListEntitiesForPolicy', input.PolicyArn, caller.account)],
  handle: async ({ input, caller }, deps) => {
    const { db } = deps.store
    const { account } = caller
    const policy = await findPolicy(db, deps, account, input.PolicyArn)
    if (policy === undefined) throw noSuchPolicy(input.PolicyArn)
    const kinds = input.EntityFilter === undefined ? everyKind : (filters[input.EntityFilter] ?? [])
    const found = new Map<string, Entity>()
    for (const kind of kinds) {
      const attached =
        input.PolicyUsageFilter === 'PermissionsBoundary' ? [] : attachedTo(db, kind, account, policy.arn)
      const bounded = input.PolicyUsageFilter === 'PermissionsPolicy' ? [] : boundedBy(db, kind, account, policy.arn)
      for (const entity of [...(await attached), ...(await bounded)]) found.set(entity.id, entity)
    }
    const prefix = input.PathPrefix ?? '/'
    const wanted = [...found.values()].filter(({ path }) => path.startsWith(prefix))
    const { items, end } = pageOfAll(wanted, input, ({ kind, name }) => `${kind} ${name}`)
    const of = (kind: Holder) => items.filter((entity) => entity.kind === kind)
    return {
      PolicyGroups: of('group').map(({ id, name }) => ({ GroupId: id, GroupName: name })),
      PolicyUsers: of('user').map(({ id, name }) => ({ UserId: id, UserName: name })),
      PolicyRoles: of('role').map(({ id, name }) => ({ RoleId: id, RoleName: name })),
      ...end,
    }
  },
})
