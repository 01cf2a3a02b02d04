/** IAM: users, roles and the account's policies; each opens to what it carries. */

import type { Session } from '../../aws/session.ts'
import { membersOf, textOf } from '../../aws/xml.ts'
import { Pages } from '../../ui/pages.tsx'
import { Empty, Name } from '../../ui/words.tsx'
import { Entity } from './entity.tsx'
import { Policy } from './policy.tsx'

interface Props {
  readonly session: Session
  /** `users`, `users/ana`, `policies/arn:…`. */
  readonly rest: string
}

export interface Kind {
  readonly path: string
  readonly title: string
  readonly action: string
  readonly list: string
  readonly name: string
  /** What the entity is opened by. */
  readonly key: string
  readonly parameters: Readonly<Record<string, string>>
  readonly hint: string
}

const kinds: readonly Kind[] = [
  {
    path: 'users',
    title: 'Users',
    action: 'ListUsers',
    list: 'Users',
    name: 'UserName',
    key: 'UserName',
    parameters: {},
    hint: 'aws iam create-user --user-name ana',
  },
  {
    path: 'roles',
    title: 'Roles',
    action: 'ListRoles',
    list: 'Roles',
    name: 'RoleName',
    key: 'RoleName',
    parameters: {},
    hint: 'aws iam create-role --role-name etl --assume-role-policy-document file://trust.json',
  },
  {
    path: 'policies',
    title: 'Policies',
    action: 'ListPolicies',
    list: 'Policies',
    name: 'PolicyName',
    key: 'Arn',
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
              <a href={`#/iam/${one.path}`} aria-current={one === kind ? 'page' : undefined}>
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
      ) : kind.path === 'policies' ? (
        <Policy session={session} arn={key} />
      ) : (
        <Entity session={session} kind={kind.path === 'users' ? 'User' : 'Role'} name={key} />
      )}
    </>
  )
}

function List({ session, kind }: { readonly session: Session; readonly kind: Kind }) {
  return (
    <Pages
      of={kind.path}
      fetchPage={async (Marker) => {
        const page = await session.client.query('iam', kind.action, { ...kind.parameters, MaxItems: '100', Marker })
        return { items: membersOf(page, kind.list), next: textOf(page, 'Marker') }
      }}
      empty={
        <>
          There is none yet. Make one: <code>{kind.hint}</code>
        </>
      }
    >
      {(items) => (
        <ul class="plain-list">
          {items.map((item) => {
            const key = textOf(item, kind.key) ?? ''
            return (
              <li key={key} class="call">
                <a href={`#/iam/${kind.path}/${encodeURIComponent(key)}`}>
                  <Name text={textOf(item, kind.name) ?? ''} />
                </a>{' '}
                <span class="note">
                  <Name text={textOf(item, 'Arn') ?? ''} />
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </Pages>
  )
}
