/** Secrets as rows, and what a call on one of them asks. Service Authorization Reference, "AWS Secrets Manager". */

import type { ContextValue } from '@scopedown/engine'
import type { ArnScope, Call } from '../../kernel/call.ts'
import { type Requirement, type RequirementDetails, requires } from '../../kernel/requirement.ts'
import type { SecretArns } from './arns.ts'
import { namesOf } from './arns.ts'
import { markedForDeletion, notFound } from './faults.ts'
import type { SecretDb, SecretDeps } from './operation.ts'
import type { SecretTables } from './tables.ts'

export type SecretRow = SecretTables['secrets']

/** A secret whose days are over is not there, whether or not anybody has cleared it away. */
export async function findSecret(
  db: SecretDb,
  scope: ArnScope,
  secretId: string,
  time: number,
): Promise<SecretRow | undefined> {
  const names = namesOf(secretId, scope)
  if (names === undefined || names.length === 0) return undefined
  const rows = await db
    .selectFrom('secrets')
    .selectAll()
    .where('account_id', '=', scope.account)
    .where('region', '=', scope.region)
    .where('name', 'in', names)
    .execute()
  const there = rows.filter(({ deleted_from: from }) => from === null || from > time)
  if (!secretId.startsWith('arn:')) return there[0]
  return there.find(({ arn }) => arn === secretId || arn.slice(0, -'-SUFFIX'.length) === secretId)
}

export async function secretNamed(db: SecretDb, scope: ArnScope, secretId: string, time: number): Promise<SecretRow> {
  const row = await findSecret(db, scope, secretId, time)
  if (row === undefined) throw notFound()
  return row
}

/** One that may be used: not waiting for its deletion. */
export async function usableSecret(db: SecretDb, scope: ArnScope, secretId: string, time: number): Promise<SecretRow> {
  const row = await secretNamed(db, scope, secretId, time)
  if (row.deleted_from !== null) throw markedForDeletion()
  return row
}

/** The action on the secret's own ARN; of one that is not there, on the ARN that its name would begin. */
export async function asksSecret(
  { input, arn, time }: Call<{ readonly SecretId: string }, SecretArns>,
  action: string,
  { store }: SecretDeps,
  context: Readonly<Record<string, ContextValue>> = {},
  details: RequirementDetails = {},
): Promise<Requirement> {
  const row = await findSecret(store.db, arn.scope, input.SecretId, time)
  const given = input.SecretId.startsWith('arn:') ? input.SecretId : arn.secret(input.SecretId)
  return requires(action, row?.arn ?? given, {
    ...details,
    context: { 'secretsmanager:SecretId': row?.arn ?? input.SecretId, ...context },
  })
}

export async function tagsOfSecret(db: SecretDb, arn: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('secret_tags').selectAll().where('arn', '=', arn).orderBy('key').execute()
  return new Map(rows.map(({ key, value }) => [key, value]))
}

export async function dropSecret(db: SecretDb, arn: string): Promise<void> {
  for (const table of ['secrets', 'secret_versions', 'secret_stages', 'secret_tags'] as const) {
    await db.deleteFrom(table).where('arn', '=', arn).execute()
  }
}
