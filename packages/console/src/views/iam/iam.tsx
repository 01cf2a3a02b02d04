/** IAM: users, groups, roles and the account's policies; each opens to what it carries. */

import { iamPages } from '../../aws/iam-pages.ts'
import type { Session } from '../../aws/session.ts'
import { textOf } from '../../aws/xml.ts'
import { Pages } from '../../ui/pages.tsx'
import { Empty, Name } from '../../ui/words.tsx'
import { Entity, type EntityKind } from './entity.tsx'
import { Policy } from './policy.tsx'

interface Props {
  readonly session: Session
  /** `users`, `users/ana`, `policies/arn:…`. */
  readonly rest: string
}

interface Kind {
  readonly path: string
  readonly title: string
  readonly entity: EntityKind | undefined
  /** The member that names one. */
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  readonly hint: string
}

const kinds: readonly Kind[] = [
  {
    path: 'users',
    title: 'Users',
    entity: 'User',
    name: 'UserName',
    parameters: {},
    hint: 'aws iam create-user --user-name ana',
  },
  {
    path: 'groups',
    title: 'Groups',
    entity: 'Group',
    name: 'GroupName',
    parameters: {},
    hint: 'aws iam create-group --group-name analysts',
  },
  {
    path: 'roles',
    title: 'Roles',
    entity: 'Role',
    name: 'RoleName',
    parameters: {},
    hint: 'aws iam create-role --role-name etl --assume-role-policy-document file://trust.json',
  },
  {
    path: 'policies',
    title: 'Policies',
    entity: undefined,
    name: 'PolicyName',
    parameters: { Scope: 'Local' },
    hint: 'aws iam create-policy --policy-name readers --policy-document file://policy.json',
  },
]

export function Iam({ session, rest }: Props) {
  const [path = ''] = rest.split('/', 1)
  const kind = kinds.find((one) => one.path === (path === '' ? 'users' : path))
  const key = rest.slice(path.length + 1)
  return (
    <>
      <h1>IAM</h1>
      <nav aria-label="Kinds of entities">
        <ul class="tabs">
          {kinds.map((one) => (
            <li key={one.path}>
              <a class="tab" href={`#/iam/${one.path}`} aria-current={one === kind ? 'page' : undefined}>
                {one.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {kind === undefined ? (
        <Empty>IAM has no such view.</Empty>
      ) : key === '' ? (
        <List session={session} kind={kind} />
      ) : kind.entity === undefined ? (
        <Policy session={session} arn={key} />
      ) : (
        <Entity session={session} kind={kind.entity} name={key} />
      )}
    </>
  )
}

function List({ session, kind }: { readonly session: Session; readonly kind: Kind }) {
  return (
    <Pages
      of={kind.path}
      what={kind.path}
      fetchPage={iamPages(session.client, `List${kind.title}`, kind.title, kind.parameters)}
      empty={
        <>
          There are no {kind.path} yet. Make one: <code>{kind.hint}</code>
        </>
      }
    >
      {(items) => (
        <ul class="rows">
          {items.map((item) => {
            const arn = textOf(item, 'Arn') ?? ''
            const name = textOf(item, kind.name) ?? ''
            return (
              <li key={arn} class="row">
                <a href={`#/iam/${kind.path}/${encodeURIComponent(kind.entity === undefined ? arn : name)}`}>
                  <Name text={name} />
                </a>
                <span class="note">
                  <Name text={arn} />
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </Pages>
  )
}
