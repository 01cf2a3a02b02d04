/**
 * Principals of a resource policy as stored: users and roles of this server by unique id, so that an entity made later under
 * the same name inherits nothing; shown by ARN while the entity exists. IAM User Guide, "AWS JSON policy elements: Principal".
 */

import { type Policy, type PrincipalEntry, parseArn } from '@scopedown/engine'
import type { Kysely } from 'kysely'
import { iamArn, splitPathAndName } from './arns.ts'
import type { IdentityTables } from './tables.ts'

type Db = Kysely<IdentityTables>

export type FreezeResult =
  | { readonly ok: true; readonly text: string }
  /** The principal that names nobody. */
  | { readonly ok: false; readonly principal: string }

export async function freezePrincipals(db: Db, text: string, policy: Policy): Promise<FreezeResult> {
  const edits: Edit[] = []
  for (const entry of awsEntries(policy)) {
    const named = entityOf(entry.value)
    if (named === undefined) continue
    const id = await idOf(db, named)
    if (id === undefined) return { ok: false, principal: entry.value }
    edits.push({ entry, value: id })
  }
  return { ok: true, text: edited(text, edits) }
}

export async function thawPrincipals(db: Db, text: string, policy: Policy, partition: string): Promise<string> {
  const edits: Edit[] = []
  for (const entry of awsEntries(policy)) {
    const arn = await arnOf(db, entry.value, partition)
    if (arn !== undefined) edits.push({ entry, value: arn })
  }
  return edited(text, edits)
}

interface Edit {
  readonly entry: PrincipalEntry
  readonly value: string
}

function awsEntries(policy: Policy): PrincipalEntry[] {
  return policy.statements.flatMap(({ principal }) => principal?.entries ?? []).filter(({ type }) => type === 'AWS')
}

/** From the back, so that earlier places stay where they are. */
function edited(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((left, right) => right.entry.span.start - left.entry.span.start)
    .reduce(
      (result, { entry, value }) =>
        result.slice(0, entry.span.start) + JSON.stringify(value) + result.slice(entry.span.end),
      text,
    )
}

interface Named {
  readonly table: 'iam_users' | 'iam_roles'
  readonly account: string
  readonly path: string
  readonly name: string
}

function entityOf(value: string): Named | undefined {
  const arn = parseArn(value)
  if (arn?.service !== 'iam') return undefined
  const parts = splitPathAndName(arn.resource)
  if (parts?.kind !== 'user' && parts?.kind !== 'role') return undefined
  const table = parts.kind === 'user' ? 'iam_users' : 'iam_roles'
  return { table, account: arn.account, path: parts.path, name: parts.name }
}

async function idOf(db: Db, { table, account, path, name }: Named): Promise<string | undefined> {
  const row = await db
    .selectFrom(table)
    .select('id')
    .where('account_id', '=', account)
    .where('name_key', '=', name.toLowerCase())
    .where('name', '=', name)
    .where('path', '=', path)
    .executeTakeFirst()
  return row?.id
}

async function arnOf(db: Db, value: string, partition: string): Promise<string | undefined> {
  const table = value.startsWith('AIDA') ? 'iam_users' : value.startsWith('AROA') ? 'iam_roles' : undefined
  if (table === undefined) return undefined
  const row = await db
    .selectFrom(table)
    .select(['account_id', 'path', 'name'])
    .where('id', '=', value)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const arns = iamArn({ partition, account: row.account_id })
  return table === 'iam_users' ? arns.user(row.path, row.name) : arns.role(row.path, row.name)
}
