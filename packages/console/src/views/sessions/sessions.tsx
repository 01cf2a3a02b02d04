/** Glue's interactive sessions: those one may see, whose they are, their statements and outputs. */

import { useState } from 'preact/hooks'
import { glueTags } from '../../aws/catalog.ts'
import type { FetchPage } from '../../aws/paged.ts'
import type { Session } from '../../aws/session.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
import { Fault, Name, Tags } from '../../ui/words.tsx'
import { Owner } from './owner.tsx'
import { Statements } from './statements.tsx'

interface Props {
  readonly session: Session
  readonly id: string
}

interface GlueSession {
  readonly Id: string
  readonly Status?: string
  readonly Role?: string
  /** Seconds. */
  readonly CreatedOn?: number
  readonly ErrorMessage?: string
  readonly Command?: { readonly Name?: string; readonly PythonVersion?: string }
}

export function Sessions({ session, id }: Props) {
  return (
    <>
      <h1>Sessions</h1>
      {id === '' ? <List session={session} /> : <Opened key={id} session={session} id={id} />}
    </>
  )
}

const sessionPages =
  ({ client }: Session): FetchPage<GlueSession> =>
  async (NextToken) => {
    const page = await client.json<{ Sessions?: GlueSession[]; NextToken?: string }>('glue', 'AWSGlue.ListSessions', {
      NextToken,
      MaxResults: 25,
    })
    return { items: page.Sessions ?? [], next: page.NextToken }
  }

function List({ session }: { readonly session: Session }) {
  return (
    <Pages
      of="sessions"
      what="sessions"
      fetchPage={sessionPages(session)}
      empty={
        <>
          There is no interactive session that you may see. Start one with Jupyter's Glue kernel, or with{' '}
          <code>aws glue create-session</code>.
        </>
      }
    >
      {(items) => (
        <ul class="rows">
          {items.map(({ Id, Status, Role }) => (
            <li key={Id} class="row">
              <a href={`#/sessions/${encodeURIComponent(Id)}`}>
                <Name text={Id} />
              </a>
              <State state={Status} />
              <Owned session={session} id={Id} />
              <span class="note">
                as <Name text={Role?.slice(Role.lastIndexOf('/') + 1) ?? 'no role'} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Pages>
  )
}

/** In a list, a session whose tags may not be read is shown without its owner; opened, it says why. */
function Owned({ session, id }: Props) {
  const { value } = useTags(session, id)
  return value === undefined ? null : <Owner session={session} tags={value} />
}

function State({ state }: { readonly state: string | undefined }) {
  const tone = state === 'READY' ? 'good' : state === 'FAILED' || state === 'TIMEOUT' ? 'bad' : 'plain'
  return <span class={`outcome tone-${tone}`}>{state}</span>
}

function useTags({ client, partition, region, account }: Session, id: string) {
  const arn = `arn:${partition}:glue:${region}:${account}:session/${id}`
  return useLoaded(() => glueTags(client, arn), [client, arn])
}

function Opened({ session, id }: Props) {
  const { client } = session
  const [turn, setTurn] = useState(0)
  const facts = useLoaded(
    () => client.json<{ Session: GlueSession }>('glue', 'AWSGlue.GetSession', { Id: id }),
    [client, id, turn],
  )
  const tags = useTags(session, id)
  const found = facts.value?.Session
  const made = new URLSearchParams({ action: 'glue:CreateSession', resource: `session/${id}` })
  return (
    <>
      <p>
        <a href="#/sessions">All sessions</a>
      </p>
      <h2>
        <span class="kind">Session</span> <Name text={id} />
      </h2>
      {facts.error !== undefined && <Fault error={facts.error} />}
      {found !== undefined && (
        <dl class="facts">
          <dt>State</dt>
          <dd>
            <State state={found.Status} /> {found.ErrorMessage !== undefined && <Name text={found.ErrorMessage} />}
          </dd>
          <dt>Owner</dt>
          <dd>
            {tags.error !== undefined && <Fault error={tags.error} />}
            {tags.value !== undefined && <Owner session={session} tags={tags.value} />}
          </dd>
          <dt>Made</dt>
          <dd>
            {found.CreatedOn !== undefined && <>{new Date(found.CreatedOn * 1000).toLocaleString()}. </>}
            Glue does not tell by whom; <a href={`#/decisions?${made}`}>the call that made it</a> does.
          </dd>
          <dt>Role</dt>
          <dd>
            <Name text={found.Role ?? ''} />
          </dd>
          <dt>Kind</dt>
          <dd>
            <Name text={`${found.Command?.Name ?? ''} ${found.Command?.PythonVersion ?? ''}`} />
          </dd>
          {tags.value !== undefined && (
            <>
              <dt>Tags</dt>
              <dd>
                <Tags tags={tags.value} />
              </dd>
            </>
          )}
        </dl>
      )}
      <Statements client={client} id={id} onReload={() => setTurn(turn + 1)} />
    </>
  )
}
