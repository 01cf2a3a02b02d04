/**
 * Whose unique id a tag holds: `AIDA…` of a user, `AROA…:SESSION` of a role's session. IAM User Guide,
 * reference_identifiers, "Unique identifiers".
 */

import { iamPages } from './iam-pages.ts'
import { allPages } from './paged.ts'
import type { Session } from './session.ts'
import { textOf } from './xml.ts'

export interface Owner {
  /** `user ana`, `role analyst, session ana`. */
  readonly name: string
  readonly you: boolean
}

const uniqueId = /^(AIDA|AROA)[A-Z0-9]+(?=:|$)/
const mostEntities = 10_000

/** One lookup for all the tags of a page, whoever comes first. */
const known = new WeakMap<Session, Map<'AIDA' | 'AROA', Promise<ReadonlyMap<string, string>>>>()

/** Undefined: the text is no such id, and stands for itself. Rejects where the caller may not list users or roles. */
export async function ownerOf(session: Session, text: string): Promise<Owner | undefined> {
  if (text === session.userId) return { name: nameOfCaller(session), you: true }
  const [id, prefix] = uniqueId.exec(text) ?? []
  if (id === undefined || (prefix !== 'AIDA' && prefix !== 'AROA')) return undefined
  const names = known.get(session) ?? new Map<'AIDA' | 'AROA', Promise<ReadonlyMap<string, string>>>()
  known.set(session, names)
  const listed = names.get(prefix) ?? namesById(session, prefix)
  names.set(prefix, listed)
  const name = (await listed).get(id)
  if (name === undefined) return { name: 'somebody who is no longer there', you: false }
  return { name: prefix === 'AIDA' ? `user ${name}` : `role ${name}, session ${text.slice(id.length + 1)}`, you: false }
}

async function namesById({ client }: Session, prefix: 'AIDA' | 'AROA'): Promise<ReadonlyMap<string, string>> {
  const kind = prefix === 'AIDA' ? 'User' : 'Role'
  const { items } = await allPages(iamPages(client, `List${kind}s`, `${kind}s`, { MaxItems: '1000' }), mostEntities)
  return new Map(items.map((item) => [textOf(item, `${kind}Id`) ?? '', textOf(item, `${kind}Name`) ?? '']))
}

/** `user ana` of `arn:aws:iam::123456789012:user/team/ana`; of a session, role and session name. */
function nameOfCaller({ arn }: Session): string {
  const [, user] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  const [, role, name] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? []
  if (user !== undefined) return `user ${user}`
  return role === undefined ? arn : `role ${role}, session ${name}`
}
