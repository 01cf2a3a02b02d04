/**
 * CreateSession, with its tags from the first moment (TagOnCreate). Glue Developer Guide, "Interactive sessions with IAM".
 * The tags of the request stand as both request and resource tags when `glue:TagResource` is asked: AWS's managed policies
 * demand both.
 */

import { parseArn } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import { passRole, type Requirement, requires } from '../../../kernel/requirement.ts'
import { scopeKey } from '../arns.ts'
import { alreadyExists, limitExceeded } from '../faults.ts'
import { operation } from '../operation.ts'
import { factsTopic } from '../resource-facts.ts'
import { checkRole, glueService } from '../resources/role.ts'
import { checkedTags, putTags } from '../tag-rows.ts'
import { definitionOf, sessionShape } from './definition.ts'
import { endedStatuses, findSession, type SessionRow, sessionsTopic } from './rows.ts'
import type { SessionTables } from './tables.ts'

export const createSession = operation('CreateSession', {
  authorize: ({ input, arn }) => {
    const tags = checkedTags(input.Tags)
    const session = arn.session(input.Id)
    const tagging: Requirement[] =
      tags.size === 0 ? [] : [requires('glue:TagResource', session, { requestTags: tags, resourceTags: tags })]
    return [
      // Of a session that is yet to be made there are no tags, whoever bears its id now.
      requires('glue:CreateSession', session, { resourceTags: [], ...(tags.size === 0 ? {} : { requestTags: tags }) }),
      ...tagging,
      passRole(input.Role, glueService),
    ]
  },
  handle: async ({ input, caller, region, time }, deps) => {
    const { sessions } = deps
    if (parseArn(input.Role)?.account !== caller.account) {
      throw new ServiceFault('AccessDeniedException', 'Cross-account pass role is not allowed.')
    }
    const definition = definitionOf(input)
    await checkRole(input.Role, caller, deps)
    const scope = scopeKey({ account: caller.account, region })
    const tags = checkedTags(input.Tags)
    const row: SessionRow = {
      scope,
      id: input.Id,
      host: sessions.name,
      status: 'PROVISIONING',
      error_message: null,
      created_at: time,
      ready_at: null,
      ended_at: null,
      definition: JSON.stringify(definition),
      last_statement: 0,
    }
    await deps.store.write(factsTopic(scope), async (transaction) => {
      const db = transaction.withTables<SessionTables>()
      await deps.store.changes.bump(transaction as never, sessionsTopic(scope), deps.store.kind === 'postgres')
      if ((await findSession(db, scope, input.Id)) !== undefined) throw alreadyExists('Session')
      const { open } = await db
        .selectFrom('glue_sessions')
        .select((eb) => eb.fn.countAll<number>().as('open'))
        .where('scope', '=', scope)
        .where('status', 'not in', endedStatuses)
        .executeTakeFirstOrThrow()
      if (Number(open) >= sessions.settings.maxPerAccount) {
        throw limitExceeded(`At most ${sessions.settings.maxPerAccount} sessions may be open in an account.`)
      }
      await db.insertInto('glue_sessions').values(row).execute()
      await putTags(db, scope, `session/${input.Id}`, tags)
    })
    sessions.start(row, definition, tags.get('owner'))
    return { Session: sessionShape(row, time) }
  },
})
