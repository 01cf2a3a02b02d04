/** The managed policies that an entity carries, and the hands to attach and detach. */

import { useId, useState } from 'preact/hooks'
import type { Client } from '../../aws/client.ts'
import { iamPages } from '../../aws/iam-pages.ts'
import { textOf } from '../../aws/xml.ts'
import { Action } from '../../ui/action.tsx'
import { Pages } from '../../ui/pages.tsx'
import { Name } from '../../ui/words.tsx'

interface Props {
  readonly client: Client
  readonly kind: string
  readonly name: string
}

export function AttachedPolicies({ client, kind, name }: Props) {
  const named = { [`${kind}Name`]: name }
  const [version, setVersion] = useState(0)
  const [said, setSaid] = useState('')
  const changed = (what: string) => {
    setSaid(what)
    setVersion(version + 1)
  }
  return (
    <>
      <h3>Attached policies</h3>
      <Pages
        of={`${kind} ${name} ${version}`}
        what="attached policies"
        fetchPage={iamPages(client, `ListAttached${kind}Policies`, 'AttachedPolicies', named)}
        empty="None is attached. Attach one below."
      >
        {(items) => (
          <ul class="rows">
            {items.map((item) => {
              const PolicyArn = textOf(item, 'PolicyArn') ?? ''
              const title = textOf(item, 'PolicyName') ?? PolicyArn
              return (
                <li key={PolicyArn} class="row">
                  <PolicyLink arn={PolicyArn} />
                  <Action
                    label={`Detach ${title}`}
                    act={() => client.query('iam', `Detach${kind}Policy`, { ...named, PolicyArn })}
                    onDone={() => changed(`${title} is detached.`)}
                  />
                </li>
              )
            })}
          </ul>
        )}
      </Pages>
      <Attach
        client={client}
        act={(PolicyArn) => client.query('iam', `Attach${kind}Policy`, { ...named, PolicyArn })}
        onDone={(arn) => changed(`${arn} is attached.`)}
      />
      <p role="status" class="note">
        {said !== '' && <Name text={said} />}
      </p>
    </>
  )
}

interface AttachProps {
  readonly client: Client
  readonly act: (arn: string) => Promise<unknown>
  readonly onDone: (arn: string) => void
}

/** Policies are offered once somebody goes to the field; more than these are typed. */
function Attach({ client, act, onDone }: AttachProps) {
  const id = useId()
  const [wanted, setWanted] = useState('')
  const [offered, setOffered] = useState<readonly string[] | undefined>(undefined)
  const offer = () => {
    if (offered !== undefined) return
    setOffered([])
    iamPages(client, 'ListPolicies', 'Policies', { MaxItems: '1000' })(undefined).then(
      ({ items }) => setOffered(items.map((item) => textOf(item, 'Arn') ?? '')),
      // Whoever may not list policies may still know one.
      () => undefined,
    )
  }
  return (
    <div class="form-line">
      <label>
        ARN of a policy to attach
        <input
          value={wanted}
          list={id}
          onFocus={offer}
          onInput={(event) => setWanted(event.currentTarget.value)}
          placeholder="arn:aws:iam::…:policy/…"
          spellcheck={false}
          autocomplete="off"
        />
      </label>
      <datalist id={id}>
        {offered?.map((arn) => (
          <option key={arn} value={arn} />
        ))}
      </datalist>
      <Action
        label="Attach"
        act={() => act(wanted.trim())}
        onDone={() => {
          setWanted('')
          onDone(wanted.trim())
        }}
      />
    </div>
  )
}

export function PolicyLink({ arn }: { readonly arn: string }) {
  return (
    <a href={`#/iam/policies/${encodeURIComponent(arn)}`}>
      <Name text={arn} />
    </a>
  )
}
