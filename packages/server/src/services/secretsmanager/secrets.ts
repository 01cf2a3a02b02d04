/** Secrets. API reference: CreateSecret, DescribeSecret, UpdateSecret, DeleteSecret. */

import { type Requirement, requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { newSuffix } from './arns.ts'
import { alreadyExists, invalidParameter, invalidRequest, notOffered } from './faults.ts'
import { limits, operation, topicOf } from './operation.ts'
import { asksSecret, dropSecret, findSecret, secretNamed, tagsOfSecret, usableSecret } from './secret-rows.ts'
import { addVersion, current, givenValue, stagesByVersion } from './versions.ts'

const { Name, SecretId, ClientRequestToken, Description, SecretString } = limits
const dayMilliseconds = 86_400_000

/** Values are sealed with this server's own key; an answer of "encrypted with yours" would be a lie. */
function refuseUnoffered(input: { readonly KmsKeyId?: string | undefined; readonly Type?: string | undefined }): void {
  if (input.KmsKeyId) throw notOffered('A KMS key')
  if (input.Type) throw notOffered('A managed external secret')
}

export const createSecret = operation('CreateSecret', {
  constraints: { Name, ClientRequestToken, Description, SecretString, Tags: { max: 50 } },
  authorize: ({ input, arn, requestId }) => {
    const made = arn.secret(`${input.Name}-${newSuffix(requestId, input.Name)}`)
    const create = requires('secretsmanager:CreateSecret', made, {
      requestTags: input.Tags,
      context: {
        'secretsmanager:Name': input.Name,
        ...(input.Description === undefined ? {} : { 'secretsmanager:Description': input.Description }),
      },
    })
    const tag: Requirement[] = input.Tags?.length
      ? [requires('secretsmanager:TagResource', made, { requestTags: input.Tags })]
      : []
    return [create, ...tag]
  },
  handle: async ({ input, caller, arn, time, requestId }, { store, secretSealer }) => {
    refuseUnoffered(input)
    if (input.AddReplicaRegions?.length) throw notOffered('Replication')
    const tags = tagsOf(input.Tags)
    for (const key of tags.keys()) {
      if (key === '' || key.toLowerCase().startsWith('aws:'))
        throw invalidParameter(`The tag key "${key}" is reserved.`)
    }
    const value = givenValue(input)
    const { account, region } = arn.scope
    const made = arn.secret(`${input.Name}-${newSuffix(requestId, input.Name)}`)
    const token = input.ClientRequestToken
    const Arn = await store.write(topicOf(caller.account), async (db) => {
      const old = await db
        .selectFrom('secrets')
        .selectAll()
        .where('account_id', '=', account)
        .where('region', '=', region)
        .where('name', '=', input.Name)
        .executeTakeFirst()
      if (old?.deleted_from !== null && old !== undefined && old.deleted_from <= time) await dropSecret(db, old.arn)
      else if (old !== undefined && old.deleted_from !== null) {
        throw invalidRequest(
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )
      } else if (old !== undefined) {
        // A client that asks again with its token and value means the same secret.
        const versions = await stagesByVersion(db, old.arn)
        if (token === undefined || value === undefined || !(token in versions)) {
          throw alreadyExists(`The operation failed because the secret ${input.Name} already exists.`)
        }
        await addVersion(db, secretSealer, { arn: old.arn, value, token, stages: [current], time })
        return old.arn
      }
      await db
        .insertInto('secrets')
        .values({
          arn: made,
          account_id: account,
          region,
          name: input.Name,
          description: input.Description ?? null,
          created_at: time,
          changed_at: time,
          deleted_from: null,
          deleted_at: null,
        })
        .execute()
      for (const [key, text] of tags) {
        await db.insertInto('secret_tags').values({ arn: made, key, value: text }).execute()
      }
      if (value !== undefined) await addVersion(db, secretSealer, { arn: made, value, token, stages: [current], time })
      return made
    })
    const [id] = Object.keys(await stagesByVersion(store.db, Arn))
    return { ARN: Arn, Name: input.Name, ...(id === undefined ? {} : { VersionId: token ?? id }) }
  },
})

export const describeSecret = operation('DescribeSecret', {
  constraints: { SecretId },
  authorize: async (call, deps) => [await asksSecret(call, 'secretsmanager:DescribeSecret', deps)],
  handle: async ({ input, arn, time }, { store: { db } }) => {
    const row = await secretNamed(db, arn.scope, input.SecretId, time)
    return {
      ARN: row.arn,
      Name: row.name,
      ...(row.description === null ? {} : { Description: row.description }),
      LastChangedDate: new Date(row.changed_at),
      CreatedDate: new Date(row.created_at),
      ...(row.deleted_at === null ? {} : { DeletedDate: new Date(row.deleted_at) }),
      Tags: [...(await tagsOfSecret(db, row.arn))].map(([Key, Value]) => ({ Key, Value })),
      VersionIdsToStages: await stagesByVersion(db, row.arn),
    }
  },
})

export const updateSecret = operation('UpdateSecret', {
  constraints: { SecretId, ClientRequestToken, Description, SecretString },
  authorize: async (call, deps) => {
    const { Description: text } = call.input
    const context = text === undefined ? {} : { 'secretsmanager:Description': text }
    return [await asksSecret(call, 'secretsmanager:UpdateSecret', deps, context)]
  },
  handle: async ({ input, caller, arn, time }, { store, secretSealer }) => {
    refuseUnoffered(input)
    const value = givenValue(input)
    return store.write(topicOf(caller.account), async (db) => {
      const row = await usableSecret(db, arn.scope, input.SecretId, time)
      const token = input.ClientRequestToken
      await db
        .updateTable('secrets')
        .set({ changed_at: time, ...(input.Description === undefined ? {} : { description: input.Description }) })
        .where('arn', '=', row.arn)
        .execute()
      const version = { arn: row.arn, token, stages: [current], time }
      const id = value === undefined ? undefined : await addVersion(db, secretSealer, { ...version, value })
      return { ARN: row.arn, Name: row.name, ...(id === undefined ? {} : { VersionId: id }) }
    })
  },
})

export const deleteSecret = operation('DeleteSecret', {
  constraints: { SecretId },
  authorize: async (call, deps) => {
    const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = call.input
    return [
      await asksSecret(call, 'secretsmanager:DeleteSecret', deps, {
        ...(days === undefined ? {} : { 'secretsmanager:RecoveryWindowInDays': String(days) }),
        ...(force === undefined ? {} : { 'secretsmanager:ForceDeleteWithoutRecovery': force }),
      }),
    ]
  },
  handle: async ({ input, caller, arn, time }, { store }) => {
    const { RecoveryWindowInDays: days = 30, ForceDeleteWithoutRecovery: force = false } = input
    if (force && input.RecoveryWindowInDays !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
    }
    if (days < 7 || days > 30) throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days.')
    return store.write(topicOf(caller.account), async (db) => {
      const row = force
        ? await findSecret(db, arn.scope, input.SecretId, time)
        : await usableSecret(db, arn.scope, input.SecretId, time)
      // Forced, it is no error that nothing is there.
      if (row === undefined) {
        const given = input.SecretId
        const gone = given.startsWith('arn:') ? given : arn.secret(given)
        return { ARN: gone, Name: given, DeletionDate: new Date(time) }
      }
      const from = force ? time : time + days * dayMilliseconds
      if (force) await dropSecret(db, row.arn)
      else {
        const changes = { deleted_from: from, deleted_at: time }
        await db.updateTable('secrets').set(changes).where('arn', '=', row.arn).execute()
      }
      return { ARN: row.arn, Name: row.name, DeletionDate: new Date(from) }
    })
  },
})
