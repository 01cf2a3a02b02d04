/** The playground: policies, a request, and the decision as they are typed. Nothing in it is sent to anybody. */

import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Session } from '../../aws/session.ts'
import { Layers } from '../../ui/layers.tsx'
import { Fault, Name, Outcome } from '../../ui/words.tsx'
import { type Answer, answer } from './decide.ts'
import { PolicyDrafts } from './drafts.tsx'
import { Loading } from './loading.tsx'
import { QuestionForm } from './question-form.tsx'
import { decode, encode } from './share.ts'
import { type Playground as State, start } from './state.ts'

interface Props {
  readonly session: Session
  /** A shared state, as it stands in the address. */
  readonly shared: string
}

export function Playground({ session, shared }: Props) {
  const [state, setState] = useState<State | undefined>(shared === '' ? start : undefined)
  const [fault, setFault] = useState<unknown>(undefined)
  useEffect(() => {
    if (shared === '') return
    void decode(shared).then((read) => {
      if (read === undefined) setFault(new Error('The address holds no playground that can be read.'))
      setState(read ?? start)
    })
  }, [shared])
  if (state === undefined) return <p role="status">Opening the link…</p>
  return (
    <>
      <h1>Playground</h1>
      {fault !== undefined && <Fault error={fault} />}
      <Board session={session} state={state} onState={setState} />
    </>
  )
}

interface BoardProps {
  readonly session: Session
  readonly state: State
  readonly onState: (state: State) => void
}

const settle = 300

function Board({ session, state, onState }: BoardProps) {
  const found = useMemo(() => answer(state), [state])
  useEffect(() => {
    const timer = setTimeout(() => {
      void encode(state).then((text) => history.replaceState(null, '', `#/playground/${text}`))
    }, settle)
    return () => clearTimeout(timer)
  }, [state])
  return (
    <>
      <Loading session={session} onState={onState} state={state} />
      <Verdict found={found} />
      <div class="board">
        <section aria-label="Policies">
          <h2>Policies</h2>
          <PolicyDrafts
            policies={state.policies}
            found={found}
            onPolicies={(policies) => onState({ ...state, policies })}
          />
        </section>
        <section aria-label="Request">
          <h2>Request</h2>
          <QuestionForm question={state.question} onQuestion={(question) => onState({ ...state, question })} />
          <Variables found={found} />
        </section>
      </div>
      {found.explanation !== undefined && (
        <section aria-label="Reasoning">
          <h2>Reasoning</h2>
          <Layers
            explanation={found.explanation}
            asked="playground"
            textOf={(type, name) =>
              state.policies.find(
                (draft, index) => draft.kind === type && (draft.name || `policy ${index + 1}`) === name,
              )?.text
            }
          />
        </section>
      )}
    </>
  )
}

function Verdict({ found }: { readonly found: Answer }) {
  const { explanation, fault, diagnostics } = found
  const wrong = diagnostics.filter((list) => list.some(({ severity }) => severity === 'error')).length
  return (
    <p class="verdict" role="status">
      {explanation !== undefined ? (
        <>
          <Outcome outcome={explanation.outcome} />
          {explanation.by.length > 0 && <> by {explanation.by.join(', ')}</>}
          {explanation.message !== undefined && (
            <>
              {' '}
              <Name text={explanation.message} />
            </>
          )}
        </>
      ) : (
        <>
          <Outcome outcome="none" />{' '}
          {wrong > 0 ? `${wrong === 1 ? 'A policy' : `${wrong} policies`} cannot be used yet: see below it why. ` : ''}
          {fault !== undefined && <bdi>The request cannot be used yet: {fault}</bdi>}
        </>
      )}
    </p>
  )
}

function Variables({ found: { variables } }: { readonly found: Answer }) {
  if (variables.length === 0) return null
  return (
    <>
      <h3>Keys and variables that these policies name</h3>
      <dl class="facts">
        {variables.map(({ key, value }) => (
          <div key={key} class="fact">
            <dt>
              <Name text={key} />
            </dt>
            <dd>{value === undefined ? <em>not in the request</em> : <Name text={value} />}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
