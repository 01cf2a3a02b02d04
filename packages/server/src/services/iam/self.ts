/** Operations whose `UserName` may be left out: then the caller's own user is meant. API reference, e.g. ListAccessKeys. */

import type { Caller } from '../../kernel/caller.ts'
import { type Requirement, requires } from '../../kernel/requirement.ts'
import { iamArn } from '../../principals/arns.ts'
import { type Db, entityNamed, onEntity, type UserRow } from './entities.ts'
import { validationError } from './faults.ts'
import type { IamDeps } from './operation.ts'

/** The name that is meant; undefined: the account's root user. Roles have no user of their own. */
export function meantUser(caller: Caller, name: string | undefined): string | undefined {
  if (name !== undefined) return name
  if (caller.principal.kind === 'user') return caller.principal.name
  if (caller.principal.kind === 'root') return undefined
  throw validationError('Must specify userName when calling with non-User credentials')
}

export async function onMeantUser(
  action: string,
  call: { readonly caller: Caller },
  deps: IamDeps,
  name: string | undefined,
): Promise<[Requirement]> {
  const meant = meantUser(call.caller, name)
  if (meant === undefined) return [requires(action, iamArn(call.caller).root())]
  return onEntity('user', action, call, deps, meant)
}

/** Undefined: the root user. */
export async function meantUserRow(db: Db, caller: Caller, name: string | undefined): Promise<UserRow | undefined> {
  const meant = meantUser(caller, name)
  return meant === undefined ? undefined : entityNamed(db, 'user', caller.account, meant)
}
