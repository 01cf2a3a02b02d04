/** Glue's interactive sessions: those one may see, their statements and outputs, and running one. */

import { printable } from '@scopedown/engine'
import { useEffect, useState } from 'preact/hooks'
import type { Client } from '../../aws/client.ts'
import type { Session } from '../../aws/session.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
import { Fault, Name } from '../../ui/words.tsx'

interface Props {
  readonly session: Session
  readonly id: string
}

interface GlueSession {
  readonly Id: string
  readonly Status?: string
  readonly Role?: string
  readonly CreatedOn?: number
  readonly ErrorMessage?: string
  readonly Command?: { readonly Name?: string; readonly PythonVersion?: string }
}

interface Statement {
  readonly Id: number
  readonly Code?: string
  readonly State?: string
  readonly Output?: {
    readonly Status?: string
    readonly Data?: { readonly TextPlain?: string }
    readonly ErrorName?: string
    readonly ErrorValue?: string
    readonly Traceback?: readonly string[]
  }
}

export function Sessions({ session, id }: Props) {
  return (
    <>
      <h1>Sessions</h1>
      {id === '' ? <List session={session} /> : <Opened key={id} session={session} id={id} />}
    </>
  )
}

function List({ session: { client } }: { readonly session: Session }) {
  return (
    <Pages
      of="sessions"
      fetchPage={async (NextToken) => {
        const page = await client.json<{ Sessions?: GlueSession[]; NextToken?: string }>(
          'glue',
          'AWSGlue.ListSessions',
          {
            NextToken,
            MaxResults: 50,
          },
        )
        return { items: page.Sessions ?? [], next: page.NextToken }
      }}
      empty={
        <>
          There is no interactive session that you may see. Start one with Jupyter's Glue kernel, or with{' '}
          <code>aws glue create-session</code>.
        </>
      }
    >
      {(items) => (
        <ul class="plain-list">
          {items.map(({ Id, Status, Role }) => (
            <li key={Id} class="call">
              <a href={`#/sessions/${encodeURIComponent(Id)}`}>
                <Name text={Id} />
              </a>{' '}
              {Status} <Name text={Role ?? ''} />
            </li>
          ))}
        </ul>
      )}
    </Pages>
  )
}

const pollMilliseconds = 1000

function Opened({ session, id }: Props) {
  const { client } = session
  const facts = useLoaded(
    () => client.json<{ Session: GlueSession }>('glue', 'AWSGlue.GetSession', { Id: id }),
    [client, id],
  )
  const arn = `arn:${session.partition}:glue:${session.region}:${session.account}:session/${id}`
  const tags = useLoaded(
    () => client.json<{ Tags?: Record<string, string> }>('glue', 'AWSGlue.GetTags', { ResourceArn: arn }),
    [client, arn],
  )
  const found = facts.value?.Session
  return (
    <>
      <p>
        <a href="#/sessions">All sessions</a>
      </p>
      <h2>
        <Name text={id} />
      </h2>
      {facts.error !== undefined && <Fault error={facts.error} />}
      {found !== undefined && (
        <dl class="facts">
          <dt>State</dt>
          <dd>
            {found.Status} {found.ErrorMessage !== undefined && <Name text={found.ErrorMessage} />}
          </dd>
          <dt>Role</dt>
          <dd>
            <Name text={found.Role ?? ''} />
          </dd>
          <dt>Kind</dt>
          <dd>
            <Name text={`${found.Command?.Name ?? ''} ${found.Command?.PythonVersion ?? ''}`} />
          </dd>
          <dt>Tags</dt>
          <dd>
            {tags.error !== undefined && <Fault error={tags.error} />}
            {Object.entries(tags.value?.Tags ?? {}).map(([key, value]) => (
              <div key={key}>
                <Name text={key} />: <Name text={value} />
              </div>
            ))}
          </dd>
        </dl>
      )}
      <Statements client={client} id={id} />
    </>
  )
}

function Statements({ client, id }: { readonly client: Client; readonly id: string }) {
  const [code, setCode] = useState('')
  const [turn, setTurn] = useState(0)
  const [error, setError] = useState<unknown>(undefined)
  const { value, error: refused } = useLoaded(
    () => client.json<{ Statements?: Statement[] }>('glue', 'AWSGlue.ListStatements', { SessionId: id }),
    [client, id, turn],
  )
  const statements = value?.Statements ?? []
  const running = statements.some(({ State }) => State === 'WAITING' || State === 'RUNNING' || State === 'CANCELLING')
  useEffect(() => {
    if (!running) return
    const timer = setTimeout(() => setTurn(turn + 1), pollMilliseconds)
    return () => clearTimeout(timer)
  }, [running, turn, value])
  const run = async (event: Event) => {
    event.preventDefault()
    setError(undefined)
    try {
      await client.json('glue', 'AWSGlue.RunStatement', { SessionId: id, Code: code })
      setCode('')
      setTurn(turn + 1)
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <>
      <h3>Statements</h3>
      {refused !== undefined && <Fault error={refused} />}
      <ol class="plain-list">
        {statements.map((statement) => (
          <li key={statement.Id} class="call">
            <p class="note">
              {statement.Id}: {statement.State}
            </p>
            <pre>{lines(statement.Code)}</pre>
            <Output output={statement.Output} />
          </li>
        ))}
      </ol>
      <form onSubmit={(event) => void run(event)} class="question">
        <label>
          Statement to run
          <textarea rows={4} value={code} onInput={(event) => setCode(event.currentTarget.value)} spellcheck={false} />
        </label>
        <button type="submit" disabled={code.trim() === ''}>
          Run
        </button>
        {error !== undefined && <Fault error={error} />}
      </form>
    </>
  )
}

function Output({ output }: { readonly output: Statement['Output'] }) {
  if (output === undefined) return null
  const trouble = [output.ErrorName, output.ErrorValue, ...(output.Traceback ?? [])].filter((one) => one !== undefined)
  return (
    <>
      {output.Data?.TextPlain !== undefined && <pre>{lines(output.Data.TextPlain)}</pre>}
      {trouble.length > 0 && <pre class="fault">{lines(trouble.join('\n'))}</pre>}
    </>
  )
}

function lines(text: string | undefined): string {
  return (text ?? '').split('\n').map(printable).join('\n')
}
