/** One denial, explained. Its address can be sent to a colleague: whoever may ask sees the same. */

import { printable } from '@scopedown/engine'
import { useState } from 'preact/hooks'
import { getExplanation } from '../aws/calls.ts'
import type { Session } from '../aws/session.ts'
import { Layers } from '../ui/layers.tsx'
import { useLoaded } from '../ui/loaded.ts'
import { Fault, Name, Outcome } from '../ui/words.tsx'

interface Props {
  readonly session: Session
  readonly id: string
}

export function Denial({ session, id }: Props) {
  const { value, error, loading } = useLoaded(() => getExplanation(session.client, id), [session, id])
  if (loading) return <p role="status">Asking for the explanation…</p>
  if (value === undefined) {
    return (
      <>
        <h1>Denial</h1>
        <Fault error={error} />
      </>
    )
  }
  const { Explanation: explanation, Policies: policies = [] } = value
  return (
    <>
      <h1>Why this call was denied</h1>
      {explanation.message !== undefined && (
        <blockquote class="sentence">
          <bdi>{printable(explanation.message)}</bdi>
        </blockquote>
      )}
      <dl class="facts">
        <dt>Outcome</dt>
        <dd>
          <Outcome outcome={explanation.outcome} />
          {explanation.by.length > 0 && <> by {explanation.by.join(', ')}</>}
        </dd>
        <dt>Principal</dt>
        <dd>
          <Name text={explanation.request.principal} />
        </dd>
        <dt>Action</dt>
        <dd>
          <Name text={explanation.request.action} />, asked by {value.Operation}
        </dd>
        <dt>Resource</dt>
        <dd>
          <Name text={explanation.request.resource} />
        </dd>
        <dt>When</dt>
        <dd>
          <time dateTime={value.Time}>{new Date(value.Time).toLocaleString()}</time>
        </dd>
        <dt>Authorization id</dt>
        <dd>
          <code>{value.AuthorizationId}</code> <CopyLink />
        </dd>
      </dl>
      <h2>Reasoning</h2>
      <Layers
        explanation={explanation}
        asked="call"
        textOf={(_, name) => policies.find((policy) => policy.Name === name)?.Document}
      />
      <details class="context">
        <summary>The request's context</summary>
        <dl class="facts">
          {Object.entries(value.Context).map(([key, text]) => (
            <>
              <dt key={key}>
                <Name text={key} />
              </dt>
              <dd>
                <Name text={text} />
              </dd>
            </>
          ))}
        </dl>
      </details>
    </>
  )
}

function CopyLink() {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    setCopied(true)
  }
  return (
    <button type="button" class="small" onClick={() => void copy()}>
      {copied ? 'Link copied' : 'Copy link'}
    </button>
  )
}
