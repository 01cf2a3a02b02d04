/** Decisions: the calls of the account as they come, by principal, action, resource and outcome. */

import { printable } from '@scopedown/engine'
import { useState } from 'preact/hooks'
import type { Call, CallsFilter } from '../aws/calls.ts'
import { sentenceOf } from '../aws/fault.ts'
import type { Session } from '../aws/session.ts'
import { replaceParameters } from '../route.ts'
import { Empty, Fault, Name, Outcome } from '../ui/words.tsx'
import { useCallStream } from './call-stream.ts'

interface Props {
  readonly session: Session
  readonly parameters: URLSearchParams
}

const fields = [
  ['Principal', 'principal'],
  ['Action', 'action'],
  ['Resource', 'resource'],
] as const

export function Decisions({ session, parameters }: Props) {
  const [filter, setFilter] = useState<CallsFilter>(() => filterOf(parameters))
  const [live, setLive] = useState(true)
  const { calls, error, loading, arrived, older } = useCallStream(session.client, filter, live)
  const submit = (event: Event) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget as HTMLFormElement)
    const values: Record<string, string> = {}
    for (const [name, value] of data) values[name] = String(value).trim()
    replaceParameters('decisions', values)
    setFilter(filterOf(new URLSearchParams(values)))
  }
  return (
    <>
      <h1>Decisions</h1>
      <search>
        <form class="filter" onSubmit={submit} onChange={submit} aria-label="Filter the calls">
          {fields.map(([label, name]) => (
            <label key={name}>
              {label}
              <input name={name} defaultValue={parameters.get(name) ?? ''} spellcheck={false} autocomplete="off" />
            </label>
          ))}
          <label>
            Outcome
            <select name="outcome" defaultValue={parameters.get('outcome') ?? ''}>
              <option value="">any</option>
              <option value="allowed">allowed</option>
              <option value="denied">denied</option>
              <option value="failed">failed</option>
            </select>
          </label>
          <label class="check">
            <input
              type="checkbox"
              name="console"
              value="shown"
              defaultChecked={parameters.get('console') === 'shown'}
            />
            with calls to scopedown:*
          </label>
          <button type="submit">Filter</button>
        </form>
      </search>
      <p class="live">
        <button type="button" class="small" aria-pressed={live} onClick={() => setLive(!live)}>
          {live ? 'Pause' : 'Follow'}
        </button>{' '}
        <span role="status">
          {loading ? 'Reading the calls…' : live ? `Live. ${arrived} new since you came.` : 'Paused.'}
        </span>
      </p>
      {error !== undefined && <Fault error={error} />}
      {!loading && error === undefined && calls.length === 0 && (
        <NoCalls older={older !== undefined} session={session} />
      )}
      {calls.length > 0 && (
        <ol class="calls" aria-label="Calls, newest first">
          {calls.map((call) => (
            <CallRow key={call.Place} call={call} />
          ))}
        </ol>
      )}
      {older !== undefined && (
        <p class="more">
          <button type="button" onClick={() => void older()}>
            Older calls
          </button>{' '}
          <span class="note">{calls.length} so far</span>
        </p>
      )}
      <p class="note">
        The calls of this account that this server answered. Where several servers share one database, each shows its
        own here; a denial of any of them can be explained at all of them.
      </p>
    </>
  )
}

function filterOf(parameters: URLSearchParams): CallsFilter {
  const given = (name: string) => parameters.get(name) || undefined
  const [principal, action, resource, outcome] = ['principal', 'action', 'resource', 'outcome'].map(given)
  return {
    ...(principal === undefined ? {} : { Principal: principal }),
    ...(action === undefined ? {} : { Action: action }),
    ...(resource === undefined ? {} : { Resource: resource }),
    ...(outcome === undefined ? {} : { Outcome: outcome }),
    ...(parameters.get('console') === 'shown' ? {} : { WithoutConsole: true }),
  }
}

function NoCalls({ older, session }: { readonly older: boolean; readonly session: Session }) {
  return (
    <Empty>
      <p>{older ? 'Nothing among the newest calls matches.' : 'No call matches.'}</p>
      <p>Make one, and it shows here at once:</p>
      <pre>
        aws --endpoint-url {location.origin} --region {session.region} sts get-caller-identity
      </pre>
    </Empty>
  )
}

function CallRow({ call }: { readonly call: Call }) {
  const requirements = call.Requirements ?? []
  const [first] = requirements
  const denying = requirements.find(({ Outcome: outcome }) => outcome !== 'allowed') ?? first
  return (
    <li class="call">
      <div class="call-line">
        <time dateTime={call.Time}>{new Date(call.Time).toLocaleTimeString()}</time>
        <Outcome outcome={call.Outcome === 'allowed' && call.ErrorCode !== undefined ? 'none' : call.Outcome} />
        <strong>
          <Name text={`${call.Service ?? ''}:${call.Operation ?? 'unknown'}`} />
        </strong>
        <Name text={call.Principal ?? call.InvokedBy ?? call.PrincipalType} />
        {denying !== undefined && <Name text={denying.Resource} />}
        {call.AuthorizationId !== undefined && <a href={`#/denials/${call.AuthorizationId}`}>Why?</a>}
      </div>
      <details>
        <summary>
          Details <span class="hidden">of {call.Operation ?? 'this call'}</span>
        </summary>
        <CallDetails call={call} />
      </details>
    </li>
  )
}

function CallDetails({ call }: { readonly call: Call }) {
  return (
    <>
      {call.ErrorCode !== undefined && (
        <p class="fault">
          <strong>{call.ErrorCode}</strong> <bdi>{printable(sentenceOf(call.ErrorMessage ?? ''))}</bdi>
        </p>
      )}
      <ul class="requirements">
        {(call.Requirements ?? []).map((one, index) => (
          <li key={`${index}`}>
            <Outcome outcome={one.Outcome} /> <Name text={one.Action} /> on <Name text={one.Resource} />
            {(one.Statements ?? []).map((statement) => (
              <span class="note" key={`${statement.Type} ${statement.Policy} ${statement.Statement}`}>
                {' '}
                by {statement.Effect} <Name text={statement.Sid ?? `statement ${statement.Statement + 1}`} /> of{' '}
                <Name text={statement.Policy ?? statement.Type} />
              </span>
            ))}
          </li>
        ))}
      </ul>
      <dl class="facts">
        <dt>Request id</dt>
        <dd>{call.RequestId}</dd>
        <dt>From</dt>
        <dd>
          {call.SourceIp ?? 'inside the server'} {call.UserAgent !== undefined && <Name text={call.UserAgent} />}
        </dd>
        {call.Parameters !== undefined && (
          <>
            <dt>Parameters</dt>
            <dd>
              <pre>{printableLines(JSON.stringify(call.Parameters, null, 2))}</pre>
            </dd>
          </>
        )}
      </dl>
    </>
  )
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
