/** Tags of servers, users and host keys. API reference: TagResource, UntagResource, ListTagsForResource. */

import { requires } from '../../kernel/requirement.ts'
import { type NamedResource, namedResource } from './arns.ts'
import { invalidRequest, notFound } from './faults.ts'
import { operation, type TransferDb, topicOf } from './operation.ts'
import { pageOfAll } from './page.ts'
import { serverNamed } from './server-rows.ts'
import { checkedTags, putTags, removeTags, tagList, tagsOfArn } from './tag-rows.ts'
import { userNamed } from './user-rows.ts'

function named(arn: string, caller: { readonly account: string }): NamedResource {
  const resource = namedResource(arn)
  // Tags of another account's resource cannot be named: no resource policy could ever allow it.
  if (resource === undefined || resource.account !== caller.account) {
    throw invalidRequest(`${arn} is not the ARN of a server, user or host key of this account.`)
  }
  return resource
}

async function mustExist(db: TransferDb, { kind, account, region, serverId, name }: NamedResource): Promise<void> {
  await serverNamed(db, { account, region }, serverId)
  if (kind === 'user') await userNamed(db, serverId, name)
  if (kind !== 'host-key') return
  const key = await db
    .selectFrom('transfer_host_keys')
    .select('id')
    .where('server_id', '=', serverId)
    .where('id', '=', name)
    .executeTakeFirst()
  if (key === undefined) throw notFound('HostKey', name)
}

export const tagResource = operation('TagResource', {
  authorize: ({ input, caller }) => {
    named(input.Arn, caller)
    return [requires('transfer:TagResource', input.Arn, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller }, deps) => {
    const tags = checkedTags(input.Tags)
    await deps.store.write(topicOf(caller.account), async (db) => {
      await mustExist(db, named(input.Arn, caller))
      await putTags(db, input.Arn, tags)
    })
    return {}
  },
})

export const untagResource = operation('UntagResource', {
  authorize: ({ input, caller }) => {
    named(input.Arn, caller)
    return [requires('transfer:UntagResource', input.Arn, { tagKeys: input.TagKeys })]
  },
  handle: async ({ input, caller }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      await mustExist(db, named(input.Arn, caller))
      await removeTags(db, input.Arn, input.TagKeys)
    })
    return {}
  },
})

export const listTagsForResource = operation('ListTagsForResource', {
  authorize: ({ input, caller }) => {
    named(input.Arn, caller)
    return [requires('transfer:ListTagsForResource', input.Arn)]
  },
  handle: async ({ input, caller }, { store: { db } }) => {
    await mustExist(db, named(input.Arn, caller))
    const { items, NextToken } = pageOfAll(tagList(await tagsOfArn(db, input.Arn)), input, ({ Key }) => Key)
    return { Arn: input.Arn, Tags: items, ...NextToken }
  },
})
