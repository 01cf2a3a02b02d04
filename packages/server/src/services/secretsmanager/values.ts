/** Values of secrets. API reference: PutSecretValue, GetSecretValue. */

import { invalidParameter, noVersion } from './faults.ts'
import { limits, operation, topicOf } from './operation.ts'
import { asksSecret, usableSecret } from './secret-rows.ts'
import { addVersion, current, givenValue, stagesByVersion } from './versions.ts'

const { SecretId, ClientRequestToken, SecretString, VersionId, VersionStage } = limits

export const putSecretValue = operation('PutSecretValue', {
  constraints: { SecretId, ClientRequestToken, SecretString, VersionStages: { min: 1, max: 20 } },
  authorize: async (call, deps) => [await asksSecret(call, 'secretsmanager:PutSecretValue', deps)],
  handle: async ({ input, caller, arn, time }, { store, secretSealer }) => {
    const value = givenValue(input)
    if (value === undefined) throw invalidParameter('You must provide either SecretString or SecretBinary.')
    return store.write(topicOf(caller.account), async (db) => {
      const row = await usableSecret(db, arn.scope, input.SecretId, time)
      const stages = input.VersionStages ?? [current]
      const token = input.ClientRequestToken
      const id = await addVersion(db, secretSealer, { arn: row.arn, value, token, stages, time })
      await db.updateTable('secrets').set({ changed_at: time }).where('arn', '=', row.arn).execute()
      const labels = await stagesByVersion(db, row.arn)
      return { ARN: row.arn, Name: row.name, VersionId: id, VersionStages: labels[id] ?? [] }
    })
  },
})

export const getSecretValue = operation('GetSecretValue', {
  constraints: { SecretId, VersionId, VersionStage },
  authorize: async (call, deps) => {
    const { VersionId: version, VersionStage: stage } = call.input
    const stageAsked = stage ?? (version === undefined ? current : undefined)
    return [
      await asksSecret(call, 'secretsmanager:GetSecretValue', deps, {
        ...(version === undefined ? {} : { 'secretsmanager:VersionId': version }),
        ...(stageAsked === undefined ? {} : { 'secretsmanager:VersionStage': stageAsked }),
      }),
    ]
  },
  handle: async ({ input, arn, time }, { store: { db }, secretSealer }) => {
    const row = await usableSecret(db, arn.scope, input.SecretId, time)
    const labels = await stagesByVersion(db, row.arn)
    const { VersionId: version, VersionStage: stage = version === undefined ? current : undefined } = input
    const id = Object.keys(labels).find(
      (one) => (version ?? one) === one && (stage === undefined || labels[one]?.includes(stage)),
    )
    const what = version === undefined ? `staging label: ${stage}` : `VersionId: ${version}`
    if (id === undefined) throw noVersion(what)
    const found = await db
      .selectFrom('secret_versions')
      .selectAll()
      .where('arn', '=', row.arn)
      .where('id', '=', id)
      .executeTakeFirst()
    const bytes = found === undefined ? undefined : secretSealer.open(found.sealed)
    if (found === undefined || bytes === undefined) throw noVersion(what)
    return {
      ARN: row.arn,
      Name: row.name,
      VersionId: id,
      ...(found.kind === 'text' ? { SecretString: bytes.toString('utf8') } : { SecretBinary: new Uint8Array(bytes) }),
      VersionStages: labels[id] ?? [],
      CreatedDate: new Date(found.created_at),
    }
  },
})
