/** The statements of a session, oldest first as Glue lists them, what was run here, and running one. */

import { printable } from '@scopedown/engine'
import { useEffect, useState } from 'preact/hooks'
import type { Client } from '../../aws/client.ts'
import { More } from '../../ui/pages.tsx'
import { Empty, Fault } from '../../ui/words.tsx'

interface Props {
  readonly client: Client
  readonly id: string
  /** Whoever asks for the statements anew wants the session's state too. */
  readonly onReload: () => void
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

interface Listed {
  /** By id: pages, and statements that were asked about one by one. */
  readonly statements: ReadonlyMap<number, Statement>
  /** The last id of the pages: what lies behind it is not known to be complete. */
  readonly end: number
  readonly next: string | undefined
  readonly paged: boolean
  readonly loading: boolean
  readonly error: unknown
}

const pollMilliseconds = 1000
const nothing: Listed = {
  statements: new Map(),
  end: 0,
  next: undefined,
  paged: false,
  loading: true,
  error: undefined,
}

export function Statements({ client, id, onReload }: Props) {
  const [listed, setListed] = useState(nothing)
  const [turn, setTurn] = useState(0)
  const load = async (token: string | undefined) => {
    setListed((before) => ({ ...before, loading: true, error: undefined }))
    try {
      const page = await client.json<{ Statements?: Statement[]; NextToken?: string }>(
        'glue',
        'AWSGlue.ListStatements',
        { SessionId: id, NextToken: token },
      )
      setListed((before) => {
        const came = page.Statements ?? []
        const statements = new Map([...before.statements, ...came.map((one) => [one.Id, one] as const)])
        const end = Math.max(before.end, came.at(-1)?.Id ?? 0)
        return { statements, end, next: page.NextToken, paged: token !== undefined, loading: false, error: undefined }
      })
    } catch (error) {
      setListed((before) => ({ ...before, loading: false, error }))
    }
  }
  useEffect(() => {
    setListed(nothing)
    void load(undefined)
  }, [client, id, turn])
  const one = (statement: Statement) =>
    setListed((before) => ({ ...before, statements: new Map([...before.statements, [statement.Id, statement]]) }))
  usePolling(client, id, listed, one, (error) => setListed((before) => ({ ...before, error })))
  const { statements, end, next, paged, loading, error } = listed
  const sorted = [...statements.values()].sort((a, b) => a.Id - b.Id)
  const complete = next === undefined
  const known = complete ? sorted : sorted.filter(({ Id }) => Id <= end)
  const beyond = complete ? [] : sorted.filter(({ Id }) => Id > end)
  return (
    <>
      <h3>
        Statements{' '}
        <button
          type="button"
          class="small"
          onClick={() => {
            setTurn(turn + 1)
            onReload()
          }}
        >
          Ask again
        </button>
      </h3>
      <List statements={known} />
      {error !== undefined && <Fault error={error} />}
      {loading && sorted.length === 0 && <p role="status">Asking the server…</p>}
      {!loading && error === undefined && sorted.length === 0 && <Empty>None was run yet. Run one below.</Empty>}
      <More
        what="statements"
        shown={known.length}
        paged={paged}
        loading={loading}
        onMore={complete ? undefined : () => void load(next)}
      />
      <List statements={beyond} />
      <Run client={client} id={id} onRun={one} />
    </>
  )
}

/** What runs is asked about until it has ended. */
function usePolling(
  client: Client,
  id: string,
  { statements, error }: Listed,
  onStatement: (statement: Statement) => void,
  onError: (error: unknown) => void,
): void {
  const running = [...statements.values()].find(({ State }) => /^(WAITING|RUNNING|CANCELLING)$/.test(State ?? ''))
  useEffect(() => {
    if (running === undefined || error !== undefined) return
    let gone = false
    const timer = setTimeout(() => {
      client
        .json<{ Statement: Statement }>('glue', 'AWSGlue.GetStatement', { SessionId: id, Id: running.Id })
        .then(({ Statement: found }) => gone || onStatement(found))
        .catch((thrown: unknown) => gone || onError(thrown))
    }, pollMilliseconds)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [client, id, running, error])
}

interface RunProps {
  readonly client: Client
  readonly id: string
  readonly onRun: (statement: Statement) => void
}

function Run({ client, id, onRun }: RunProps) {
  const [code, setCode] = useState('')
  const [error, setError] = useState<unknown>(undefined)
  const run = async (event: Event) => {
    event.preventDefault()
    setError(undefined)
    try {
      const { Id } = await client.json<{ Id: number }>('glue', 'AWSGlue.RunStatement', { SessionId: id, Code: code })
      setCode('')
      onRun({ Id, Code: code, State: 'WAITING' })
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <form onSubmit={(event) => void run(event)} class="question">
      <label>
        Statement to run
        <textarea rows={4} value={code} onInput={(event) => setCode(event.currentTarget.value)} spellcheck={false} />
      </label>
      <button type="submit" class="primary" disabled={code.trim() === ''}>
        Run
      </button>
      {error !== undefined && <Fault error={error} />}
    </form>
  )
}

function List({ statements }: { readonly statements: readonly Statement[] }) {
  if (statements.length === 0) return null
  return (
    <ol class="rows statements-run" start={statements[0]?.Id ?? 1}>
      {statements.map((statement) => (
        <li key={statement.Id} class="row">
          <p class="note">
            {statement.Id}: {statement.State}
          </p>
          <pre>{lines(statement.Code)}</pre>
          <Output output={statement.Output} />
        </li>
      ))}
    </ol>
  )
}

function Output({ output }: { readonly output: Statement['Output'] }) {
  if (output === undefined) return null
  const trouble = [output.ErrorName, output.ErrorValue, ...(output.Traceback ?? [])].filter((one) => one !== undefined)
  return (
    <>
      {output.Data?.TextPlain !== undefined && <pre class="output">{lines(output.Data.TextPlain)}</pre>}
      {trouble.length > 0 && <pre class="fault">{lines(trouble.join('\n'))}</pre>}
    </>
  )
}

function lines(text: string | undefined): string {
  return (text ?? '').split('\n').map(printable).join('\n')
}
