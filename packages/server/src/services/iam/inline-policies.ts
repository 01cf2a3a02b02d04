/** Inline policies. API reference: PutUserPolicy. Quotas: IAM User Guide, "IAM and AWS STS quotas". */

import { policySize, quotas } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../kernel/requirement.ts'
import * as limits from './constraints.ts'
import { checkedPolicy } from './documents.ts'
import { type Db, userArn, userNamed } from './entities.ts'
import { operation } from './operation.ts'

export const putUserPolicy = operation('PutUserPolicy', {
  constraints: { UserName: limits.name, PolicyName: limits.name, PolicyDocument: limits.policyDocument },
  authorize: async ({ input, caller }, { store }) => [
    requires('iam:PutUserPolicy', await userArn(store.db, caller, input.UserName), {
      context: await boundaryContext(store.db, caller.account, input.UserName),
    }),
  ],
  handle: async ({ input, caller }, { store }) => {
    checkedPolicy(input.PolicyDocument, 'identity')
    await store.write(caller.account, async (db) => {
      const user = await userNamed(db, caller.account, input.UserName)
      await putInline(db, user.id, input.PolicyName, input.PolicyDocument)
      await checkInlineSize(db, user.id, 'userInline', `user ${user.name}`)
    })
    return {}
  },
})

/** `iam:PermissionsBoundary`: the boundary that the entity has. */
async function boundaryContext(db: Db, account: string, name: string): Promise<Record<string, string>> {
  const row = await db
    .selectFrom('iam_users')
    .select('boundary_arn')
    .where('account_id', '=', account)
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.boundary_arn ? { 'iam:PermissionsBoundary': row.boundary_arn } : {}
}

export async function putInline(db: Db, ownerId: string, name: string, document: string): Promise<void> {
  await db
    .insertInto('iam_inline_policies')
    .values({ owner_id: ownerId, name, document })
    .onConflict((conflict) => conflict.columns(['owner_id', 'name']).doUpdateSet({ document }))
    .execute()
}

/** The quota is on all of an entity's inline policies together. */
export async function checkInlineSize(
  db: Db,
  ownerId: string,
  quota: 'userInline' | 'groupInline' | 'roleInline',
  owner: string,
): Promise<void> {
  const rows = await db.selectFrom('iam_inline_policies').select('document').where('owner_id', '=', ownerId).execute()
  const size = rows.reduce((sum, { document }) => sum + policySize(document, quota), 0)
  const { characters } = quotas[quota]
  if (size <= characters) return
  throw new ServiceFault('LimitExceededException', `Maximum policy size of ${characters} bytes exceeded for ${owner}`)
}
