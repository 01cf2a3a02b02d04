/** A user or a role: its policies, attached and inline, and the hands to attach and detach. */

import { useState } from 'preact/hooks'
import type { Session } from '../../aws/session.ts'
import { childOf, membersOf, tagsOf, textOf } from '../../aws/xml.ts'
import { Action } from '../../ui/action.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
import { PolicyText } from '../../ui/policy-text.tsx'
import { Fault, Name } from '../../ui/words.tsx'

interface Props {
  readonly session: Session
  readonly kind: 'User' | 'Role'
  readonly name: string
}

export function Entity({ session: { client }, kind, name }: Props) {
  const named = { [`${kind}Name`]: name }
  const [version, setVersion] = useState(0)
  const [wanted, setWanted] = useState('')
  const changed = () => setVersion(version + 1)
  const found = useLoaded(
    async () => childOf(await client.query('iam', `Get${kind}`, named), kind),
    [client, kind, name],
  )
  const trust = textOf(found.value, 'AssumeRolePolicyDocument')
  const boundary = textOf(childOf(found.value, 'PermissionsBoundary'), 'PermissionsBoundaryArn')
  return (
    <>
      <h2>
        {kind} <Name text={name} />
      </h2>
      {found.error !== undefined && <Fault error={found.error} />}
      {found.value !== undefined && (
        <dl class="facts">
          <dt>ARN</dt>
          <dd>
            <Name text={textOf(found.value, 'Arn') ?? ''} />
          </dd>
          <dt>Tags</dt>
          <dd>
            {Object.entries(tagsOf(found.value)).map(([key, value]) => (
              <div key={key}>
                <Name text={key} />: <Name text={value} />
              </div>
            ))}
          </dd>
          <dt>Boundary</dt>
          <dd>{boundary === undefined ? 'none' : <PolicyLink arn={boundary} />}</dd>
        </dl>
      )}
      <h3>Attached policies</h3>
      <Pages
        of={`${kind} ${name} ${version}`}
        fetchPage={async (Marker) => {
          const page = await client.query('iam', `ListAttached${kind}Policies`, { ...named, Marker })
          return { items: membersOf(page, 'AttachedPolicies'), next: textOf(page, 'Marker') }
        }}
        empty="None is attached. Attach one below."
      >
        {(items) => (
          <ul class="plain-list">
            {items.map((item) => {
              const PolicyArn = textOf(item, 'PolicyArn') ?? ''
              return (
                <li key={PolicyArn} class="call">
                  <PolicyLink arn={PolicyArn} />{' '}
                  <Action
                    label={`Detach ${textOf(item, 'PolicyName')}`}
                    act={() => client.query('iam', `Detach${kind}Policy`, { ...named, PolicyArn })}
                    onDone={changed}
                  />
                </li>
              )
            })}
          </ul>
        )}
      </Pages>
      <div class="draft-head">
        <label>
          ARN of a policy to attach
          <input value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} spellcheck={false} />
        </label>
        <Action
          label="Attach"
          act={() => client.query('iam', `Attach${kind}Policy`, { ...named, PolicyArn: wanted.trim() })}
          onDone={changed}
        />
      </div>
      <h3>Inline policies</h3>
      <Pages
        of={`${kind} ${name}`}
        fetchPage={async (Marker) => {
          const page = await client.query('iam', `List${kind}Policies`, { ...named, Marker })
          const names = membersOf(page, 'PolicyNames').map((member) => member.textContent ?? '')
          const items = await Promise.all(
            names.map(async (PolicyName) => {
              const policy = await client.query('iam', `Get${kind}Policy`, { ...named, PolicyName })
              return { name: PolicyName, text: decodeURIComponent(textOf(policy, 'PolicyDocument') ?? '') }
            }),
          )
          return { items, next: textOf(page, 'Marker') }
        }}
        empty="There is none."
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
      {trust !== undefined && (
        <>
          <h3>Trust policy</h3>
          <PolicyText text={decodeURIComponent(trust)} marks={[]} title="Text of the trust policy" />
        </>
      )}
    </>
  )
}

function PolicyLink({ arn }: { readonly arn: string }) {
  return (
    <a href={`#/iam/policies/${encodeURIComponent(arn)}`}>
      <Name text={arn} />
    </a>
  )
}
