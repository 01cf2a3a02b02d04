/** A managed policy: its versions, and what changed between two of them. */

import { printable } from '@scopedown/engine'
import { useState } from 'preact/hooks'
import type { Client } from '../../aws/client.ts'
import { iamPages } from '../../aws/iam-pages.ts'
import { allPages } from '../../aws/paged.ts'
import type { Session } from '../../aws/session.ts'
import { childOf, membersOf, textOf } from '../../aws/xml.ts'
import { lineDiff } from '../../policy/line-diff.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
import { PolicyText } from '../../ui/policy-text.tsx'
import { Fault, Name } from '../../ui/words.tsx'

interface Props {
  readonly session: Session
  readonly arn: string
}

export function Policy({ session: { client }, arn }: Props) {
  const versions = useLoaded(async () => {
    const { items } = await allPages(
      iamPages(client, 'ListPolicyVersions', 'Versions', { PolicyArn: arn }),
      mostVersions,
    )
    return items.map((version) => ({
      id: textOf(version, 'VersionId') ?? '',
      inForce: textOf(version, 'IsDefaultVersion') === 'true',
      date: textOf(version, 'CreateDate') ?? '',
    }))
  }, [client, arn])
  const inForce = versions.value?.find((version) => version.inForce)?.id
  return (
    <>
      <h2>
        <span class="kind">Policy</span> <Name text={arn.slice(arn.lastIndexOf('/') + 1)} />
      </h2>
      <p class="note">
        <Name text={arn} />
      </p>
      {versions.error !== undefined && <Fault error={versions.error} />}
      {versions.value !== undefined && inForce !== undefined && (
        <Versions key={arn} client={client} arn={arn} versions={versions.value} inForce={inForce} />
      )}
      <h3>Attached to</h3>
      <Bearers client={client} arn={arn} />
    </>
  )
}

const bearers = [
  ['User', 'users'],
  ['Group', 'groups'],
  ['Role', 'roles'],
] as const

/** Whoever carries the policy, as permission or as boundary. One marker counts through all three lists. */
function Bearers({ client, arn }: { readonly client: Client; readonly arn: string }) {
  return (
    <Pages
      of={arn}
      what="bearers"
      fetchPage={async (Marker) => {
        const page = await client.query('iam', 'ListEntitiesForPolicy', { PolicyArn: arn, MaxItems: '100', Marker })
        const items = bearers.flatMap(([kind, path]) =>
          membersOf(page, `Policy${kind}s`).map((member) => ({ path, name: textOf(member, `${kind}Name`) ?? '' })),
        )
        return { items, next: textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'Marker') : undefined }
      }}
      empty="Nobody carries it. Open a user, a group or a role to attach it."
    >
      {(items) => (
        <ul class="rows">
          {items.map(({ path, name }) => (
            <li key={`${path}/${name}`} class="row">
              <a href={`#/iam/${path}/${encodeURIComponent(name)}`}>
                {path.slice(0, -1)} <Name text={name} />
              </a>
            </li>
          ))}
        </ul>
      )}
    </Pages>
  )
}

/** IAM keeps five. */
const mostVersions = 100

interface VersionsProps {
  readonly client: Client
  readonly arn: string
  readonly versions: readonly { readonly id: string; readonly inForce: boolean; readonly date: string }[]
  readonly inForce: string
}

function Versions({ client, arn, versions, inForce }: VersionsProps) {
  const [shown, setShown] = useState(inForce)
  const [against, setAgainst] = useState('')
  const read = async (VersionId: string) => {
    const answer = await client.query('iam', 'GetPolicyVersion', { PolicyArn: arn, VersionId })
    return decodeURIComponent(textOf(childOf(answer, 'PolicyVersion'), 'Document') ?? '')
  }
  const text = useLoaded(() => read(shown), [client, arn, shown])
  const other = useLoaded(async () => (against === '' ? undefined : read(against)), [client, arn, against])
  const choices = versions.map(({ id, inForce: current, date }) => (
    <option key={id} value={id}>
      {id}, {new Date(date).toLocaleString()}
      {current ? ', in force' : ''}
    </option>
  ))
  return (
    <>
      <div class="form-line">
        <label>
          Version
          <select value={shown} onChange={(event) => setShown(event.currentTarget.value)}>
            {choices}
          </select>
        </label>
        <label>
          Compared with
          <select value={against} onChange={(event) => setAgainst(event.currentTarget.value)}>
            <option value="">none</option>
            {choices}
          </select>
        </label>
      </div>
      {[text.error, other.error].map((error, index) => error !== undefined && <Fault key={`${index}`} error={error} />)}
      {text.value !== undefined && other.value === undefined && (
        <PolicyText text={text.value} marks={[]} title={`Text of ${shown}`} />
      )}
      {text.value !== undefined && other.value !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long comparison scrolls, and a keyboard must reach it.
        <section class="policy-text" tabIndex={0} aria-label={`From ${against} to ${shown}`}>
          <pre>
            {lineDiff(other.value, text.value).map((line, index) => (
              <span key={`${index}`} class={`diff-${line.kind}`}>
                {line.kind === 'added' ? '+ ' : line.kind === 'removed' ? '- ' : '  '}
                {printable(line.text)}
                {'\n'}
              </span>
            ))}
          </pre>
        </section>
      )}
    </>
  )
}
