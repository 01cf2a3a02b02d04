/** Filling the playground: with an example of the seeds, or with a principal of this account. */

import { useState } from 'preact/hooks'
import { type AccountPrincipal, accountPrincipals } from '../../aws/account-details.ts'
import type { Session } from '../../aws/session.ts'
import { Fault } from '../../ui/words.tsx'
import { type Example, exampleFiles, loadExamples } from './examples.ts'
import { type Draft, type Playground, pretty, start } from './state.ts'

interface Props {
  readonly session: Session
  readonly state: Playground
  readonly onState: (state: Playground) => void
}

export function Loading({ session, state, onState }: Props) {
  const [examples, setExamples] = useState<readonly Example[] | undefined>(undefined)
  const [principals, setPrincipals] = useState<readonly AccountPrincipal[] | undefined>(undefined)
  const [error, setError] = useState<unknown>(undefined)
  const attempt = (work: () => Promise<void>) => {
    setError(undefined)
    work().catch(setError)
  }
  return (
    <div class="loading">
      {examples === undefined ? (
        <button
          type="button"
          onClick={() =>
            attempt(async () => {
              setExamples((await Promise.all(exampleFiles.map(([file]) => loadExamples(file)))).flat())
            })
          }
        >
          Examples…
        </button>
      ) : (
        <label>
          Example
          <select
            onChange={(event) => {
              const example = examples[Number(event.currentTarget.value)]
              if (example !== undefined && event.currentTarget.value !== '') onState(example.state)
            }}
          >
            <option value="">choose one of {examples.length}</option>
            {examples.map(({ name }, index) => (
              <option key={`${index}`} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {principals === undefined ? (
        <button
          type="button"
          onClick={() => attempt(async () => setPrincipals(await accountPrincipals(session.client)))}
        >
          A principal of this account…
        </button>
      ) : (
        <label>
          Principal of this account
          <select
            onChange={(event) => {
              const principal = principals[Number(event.currentTarget.value)]
              if (principal !== undefined && event.currentTarget.value !== '')
                onState(withPrincipal(state, principal, session))
            }}
          >
            <option value="">choose one of {principals.length}</option>
            {principals.map(({ kind, name }, index) => (
              <option key={`${kind}${name}`} value={index}>
                {kind} {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="button" onClick={() => onState(start)}>
        Start over
      </button>
      <button type="button" onClick={() => attempt(() => navigator.clipboard.writeText(location.href))}>
        Copy link
      </button>
      {error !== undefined && <Fault error={error} />}
    </div>
  )
}

/** The question stays; policies and principal are the account's. */
function withPrincipal(state: Playground, principal: AccountPrincipal, session: Session): Playground {
  const draft = (kind: Draft['kind']) => (source: { name: string; text: string }) => ({ kind, level: 1, ...source })
  const tags = Object.entries(principal.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  const id = principal.kind === 'user' ? principal.id : `${principal.id}:session`
  return {
    policies: [
      ...principal.identity.map(draft('identity')),
      ...(principal.boundary === undefined ? [] : [draft('boundary')(principal.boundary)]),
    ],
    question: {
      ...state.question,
      principal:
        principal.kind === 'user'
          ? principal.arn
          : `arn:${session.partition}:sts::${session.account}:assumed-role/${principal.name}/session`,
      context: pretty({ 'aws:userid': id, ...Object.fromEntries(tags) }),
    },
  }
}
