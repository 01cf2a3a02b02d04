/** The playground's policies, each in an editor of its own. */

import { useState } from 'preact/hooks'
import { marksOf } from '../../policy/marks.ts'
import { Editor } from '../../ui/editor.tsx'
import { type Answer, nameOf } from './decide.ts'
import { type Draft, type DraftKind, draftKinds, emptyPolicy } from './state.ts'

interface Props {
  readonly policies: readonly Draft[]
  readonly found: Answer
  readonly onPolicies: (policies: readonly Draft[]) => void
}

export function PolicyDrafts({ policies, found, onPolicies }: Props) {
  const [kind, setKind] = useState<DraftKind>('boundary')
  const change = (at: number, part: Partial<Draft>) =>
    onPolicies(policies.map((draft, index) => (index === at ? { ...draft, ...part } : draft)))
  return (
    <>
      {policies.map((draft, index) => (
        <fieldset key={`${index}`} class="draft">
          <legend>{titleOf(draft, index)}</legend>
          <div class="draft-head">
            <label>
              Kind
              <select
                value={draft.kind}
                onChange={(event) => change(index, { kind: kindOf(event.currentTarget.value) })}
              >
                {draftKinds.map(([value, title]) => (
                  <option key={value} value={value}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Name
              <input
                value={draft.name}
                placeholder={`policy ${index + 1}`}
                onInput={(event) => change(index, { name: event.currentTarget.value })}
                autocomplete="off"
              />
            </label>
            {(draft.kind === 'scp' || draft.kind === 'rcp') && (
              <label>
                Level
                <input
                  type="number"
                  min={1}
                  max={10}
                  value={draft.level}
                  onInput={(event) => change(index, { level: levelOf(event.currentTarget.value) })}
                />
              </label>
            )}
            <button
              type="button"
              aria-label={`Remove ${titleOf(draft, index)}`}
              onClick={() => onPolicies(policies.filter((_, at) => at !== index))}
            >
              Remove
            </button>
          </div>
          <Editor
            label={`Text of ${nameOf(draft, index)}`}
            text={draft.text}
            onText={(text) => change(index, { text })}
            diagnostics={found.diagnostics[index] ?? []}
            marks={marksIn(draft, index, found)}
          />
        </fieldset>
      ))}
      {policies.length === 0 && <p class="empty">Without any policy everything is denied. Add one:</p>}
      <div class="form-line">
        <label>
          New
          <select value={kind} onChange={(event) => setKind(kindOf(event.currentTarget.value))}>
            {draftKinds.map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => onPolicies([...policies, emptyPolicy(kind)])}>
          Add policy
        </button>
      </div>
    </>
  )
}

function titleOf(draft: Draft, index: number): string {
  const kind = draftKinds.find(([value]) => value === draft.kind)?.[1] ?? draft.kind
  return `${kind} ${nameOf(draft, index)}`
}

function kindOf(value: string): DraftKind {
  return draftKinds.find(([kind]) => kind === value)?.[0] ?? 'identity'
}

function levelOf(value: string): number {
  return Math.min(10, Math.max(1, Math.trunc(Number(value)) || 1))
}

function marksIn(draft: Draft, index: number, { explanation }: Answer) {
  const layers = explanation?.layers.filter(({ type, level }) => type === draft.kind && level === levelIn(draft)) ?? []
  const policy = layers.flatMap(({ policies }) => policies).find(({ name }) => name === nameOf(draft, index))
  return policy === undefined ? [] : marksOf(draft.text, draft.kind, policy.statements)
}

function levelIn({ kind, level }: Draft): number {
  return kind === 'scp' || kind === 'rcp' ? level - 1 : 0
}
