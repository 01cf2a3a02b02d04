/** A user, a group or a role: its policies, attached and inline, who belongs to it, and the hands to attach and detach. */

import type { Client } from '../../aws/client.ts'
import { iamPages } from '../../aws/iam-pages.ts'
import type { Session } from '../../aws/session.ts'
import { childOf, tagsOf, textOf } from '../../aws/xml.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
import { PolicyText } from '../../ui/policy-text.tsx'
import { Fault, Name, Tags } from '../../ui/words.tsx'
import { AttachedPolicies, PolicyLink } from './attached-policies.tsx'

export type EntityKind = 'User' | 'Group' | 'Role'

interface Props {
  readonly session: Session
  readonly kind: EntityKind
  readonly name: string
}

export function Entity({ session: { client }, kind, name }: Props) {
  const found = useLoaded(
    async () => childOf(await client.query('iam', `Get${kind}`, { [`${kind}Name`]: name }), kind),
    [client, kind, name],
  )
  const trust = textOf(found.value, 'AssumeRolePolicyDocument')
  return (
    <>
      <h2>
        <span class="kind">{kind}</span> <Name text={name} />
      </h2>
      {found.error !== undefined && <Fault error={found.error} />}
      {found.value !== undefined && <Facts kind={kind} entity={found.value} />}
      <AttachedPolicies client={client} kind={kind} name={name} />
      <h3>Inline policies</h3>
      <InlinePolicies client={client} kind={kind} name={name} />
      {kind !== 'Role' && (
        <>
          <h3>{kind === 'User' ? 'Groups' : 'Users in it'}</h3>
          <Membership client={client} kind={kind} name={name} />
        </>
      )}
      {trust !== undefined && (
        <>
          <h3>Trust policy</h3>
          <PolicyText text={decodeURIComponent(trust)} marks={[]} title="Text of the trust policy" />
        </>
      )}
    </>
  )
}

function Facts({ kind, entity }: { readonly kind: EntityKind; readonly entity: Element }) {
  const boundary = textOf(childOf(entity, 'PermissionsBoundary'), 'PermissionsBoundaryArn')
  return (
    <dl class="facts">
      <dt>ARN</dt>
      <dd>
        <Name text={textOf(entity, 'Arn') ?? ''} />
      </dd>
      <dt>Unique id</dt>
      <dd>
        <Name text={textOf(entity, `${kind}Id`) ?? ''} />
      </dd>
      {kind !== 'Group' && (
        <>
          <dt>Tags</dt>
          <dd>
            <Tags tags={tagsOf(entity)} />
          </dd>
          <dt>Boundary</dt>
          <dd>{boundary === undefined ? 'none' : <PolicyLink arn={boundary} />}</dd>
        </>
      )}
    </dl>
  )
}

interface PartProps {
  readonly client: Client
  readonly kind: EntityKind
  readonly name: string
}

function InlinePolicies({ client, kind, name }: PartProps) {
  const named = { [`${kind}Name`]: name }
  const names = iamPages(client, `List${kind}Policies`, 'PolicyNames', { ...named, MaxItems: '20' })
  return (
    <Pages
      of={`${kind} ${name}`}
      what="inline policies"
      fetchPage={async (token) => {
        const page = await names(token)
        const items = page.items.map(async ({ textContent: PolicyName }) => {
          const policy = await client.query('iam', `Get${kind}Policy`, { ...named, PolicyName: PolicyName ?? '' })
          return { name: PolicyName ?? '', text: decodeURIComponent(textOf(policy, 'PolicyDocument') ?? '') }
        })
        return { items: await Promise.all(items), next: page.next }
      }}
      empty={
        <>
          There is none. Give it one: <code>aws iam put-{kind.toLowerCase()}-policy</code>
        </>
      }
    >
      {(items) =>
        items.map((policy) => (
          <article key={policy.name}>
            <h4>
              <Name text={policy.name} />
            </h4>
            <PolicyText text={policy.text} marks={[]} title={`Text of ${policy.name}`} />
          </article>
        ))
      }
    </Pages>
  )
}

/** A user's groups, whose policies are its own too; a group's users. */
function Membership({ client, kind, name }: PartProps) {
  const user = kind === 'User'
  return (
    <Pages
      of={`${kind} ${name}`}
      what={user ? 'groups' : 'users'}
      fetchPage={
        user
          ? iamPages(client, 'ListGroupsForUser', 'Groups', { UserName: name })
          : iamPages(client, 'GetGroup', 'Users', { GroupName: name })
      }
      empty={
        <>
          {user ? 'It is in no group.' : 'Nobody is in it.'} <code>aws iam add-user-to-group</code> changes that.
        </>
      }
    >
      {(items) => (
        <ul class="rows">
          {items.map((item) => {
            const other = textOf(item, user ? 'GroupName' : 'UserName') ?? ''
            return (
              <li key={other} class="row">
                <a href={`#/iam/${user ? 'groups' : 'users'}/${encodeURIComponent(other)}`}>
                  <Name text={other} />
                </a>
              </li>
            )
          })}
        </ul>
      )}
    </Pages>
  )
}
