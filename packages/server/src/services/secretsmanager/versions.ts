/**
 * Versions of a secret and their labels: AWSCURRENT is on one, AWSPREVIOUS on the one before; a version without a label is gone.
 * Secrets Manager User Guide, "What's in a Secrets Manager secret?".
 */

import { randomUUID } from 'node:crypto'
import type { Sealer } from '../../secrets/sealer.ts'
import { alreadyExists, invalidParameter } from './faults.ts'
import type { SecretDb } from './operation.ts'

export const current = 'AWSCURRENT'
const previous = 'AWSPREVIOUS'
const largest = 65_536

export interface ValueInput {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
  readonly ClientRequestToken?: string | undefined
}

export interface Value {
  readonly kind: 'text' | 'binary'
  readonly bytes: Buffer
}

/** Undefined where none is given. */
export function givenValue({ SecretString: text, SecretBinary: binary }: ValueInput): Value | undefined {
  if (text !== undefined && binary !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value in the same secret.")
  }
  if (text === undefined && binary === undefined) return undefined
  const bytes = text === undefined ? Buffer.from(binary ?? []) : Buffer.from(text, 'utf8')
  if (bytes.length > largest) throw invalidParameter(`A secret value can have at most ${largest} bytes.`)
  return { kind: text === undefined ? 'binary' : 'text', bytes }
}

/** Adds the version with its labels; again with the same token and value, it does nothing. Answers the version's id. */
export async function addVersion(
  db: SecretDb,
  sealer: Sealer,
  {
    arn,
    value,
    token,
    stages,
    time,
  }: {
    readonly arn: string
    readonly value: Value
    readonly token: string | undefined
    readonly stages: readonly string[]
    readonly time: number
  },
): Promise<string> {
  const id = token ?? randomUUID()
  const same = await db
    .selectFrom('secret_versions')
    .selectAll()
    .where('arn', '=', arn)
    .where('id', '=', id)
    .executeTakeFirst()
  if (same !== undefined) {
    const equal = same.kind === value.kind && sealer.open(same.sealed)?.equals(value.bytes)
    if (!equal) throw alreadyExists("You can't use ClientRequestToken of an existing version with a different value.")
    return id
  }
  const sealed = sealer.seal(value.bytes)
  await db.insertInto('secret_versions').values({ arn, id, kind: value.kind, sealed, created_at: time }).execute()
  for (const stage of stages) await setStage(db, arn, stage, id)
  await dropUnlabelled(db, arn)
  return id
}

async function setStage(db: SecretDb, arn: string, stage: string, id: string): Promise<void> {
  const old = await db
    .selectFrom('secret_stages')
    .select('version_id')
    .where('arn', '=', arn)
    .where('stage', '=', stage)
    .executeTakeFirst()
  if (stage === current && old !== undefined) await putStage(db, arn, previous, old.version_id)
  await putStage(db, arn, stage, id)
}

async function putStage(db: SecretDb, arn: string, stage: string, version_id: string): Promise<void> {
  await db
    .insertInto('secret_stages')
    .values({ arn, stage, version_id })
    .onConflict((conflict) => conflict.columns(['arn', 'stage']).doUpdateSet({ version_id }))
    .execute()
}

async function dropUnlabelled(db: SecretDb, arn: string): Promise<void> {
  const labelled = db.selectFrom('secret_stages').select('version_id').where('arn', '=', arn)
  await db.deleteFrom('secret_versions').where('arn', '=', arn).where('id', 'not in', labelled).execute()
}

/** Version id → its labels. */
export async function stagesByVersion(db: SecretDb, arn: string): Promise<Record<string, string[]>> {
  const rows = await db.selectFrom('secret_stages').selectAll().where('arn', '=', arn).orderBy('stage').execute()
  const result: Record<string, string[]> = {}
  for (const { stage, version_id: id } of rows) (result[id] ??= []).push(stage)
  return result
}
