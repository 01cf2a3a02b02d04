/** An explanation as a picture: the layers side by side, and in each policy's own text what decided. */

import { describeObstacle, type Explanation, printable } from '@scopedown/engine'
import { useRef } from 'preact/hooks'
import { adviceFor } from '../policy/advice.ts'
import { marksOf } from '../policy/marks.ts'
import { type Asked, Picture, resultOf, titleOf } from './picture.tsx'
import { PolicyText } from './policy-text.tsx'
import { Name, Outcome } from './words.tsx'

type Layer = Explanation['layers'][number]
type Policy = Layer['policies'][number]

interface Props {
  readonly explanation: Explanation
  readonly asked: Asked
  /** The text of a policy by its layer and place in it. */
  readonly textOf: (type: Layer['type'], name: string | undefined, index: number) => string | undefined
}

export function Layers({ explanation, asked, textOf }: Props) {
  const cards = useRef<HTMLOListElement>(null)
  const open = (at: number) => {
    const card = cards.current?.children[at]
    if (!(card instanceof HTMLElement)) return
    card.scrollIntoView({ block: 'nearest' })
    card.focus()
  }
  return (
    <>
      <Picture explanation={explanation} asked={asked} onOpen={(layer) => open(explanation.layers.indexOf(layer))} />
      {explanation.layers.length === 0 && (
        <p class="empty">No policy bears on this request at all. An identity-based policy that allows it would do.</p>
      )}
      <Advices explanation={explanation} />
      <ol class="layers" aria-label="Layers of policies" ref={cards}>
        {explanation.layers.map((layer) => {
          const [sign, word, look] = resultOf(layer, explanation)
          return (
            <li key={`${layer.type}${layer.level}`} class={`layer layer-${look}`} tabIndex={-1}>
              <h3>{titleOf(layer)}</h3>
              <p class="layer-result">
                <span aria-hidden="true">{sign}</span> {word}
              </p>
              {layer.note !== undefined && <p class="note">{printable(layer.note)}</p>}
              {layer.policies.length === 0 && <p class="note">There is no policy at this level.</p>}
              {layer.policies.map((policy, index) => (
                <PolicyCard
                  key={`${index}`}
                  layer={layer}
                  policy={policy}
                  name={policy.name ?? `policy ${index + 1}`}
                  text={textOf(layer.type, policy.name, index)}
                />
              ))}
            </li>
          )
        })}
      </ol>
    </>
  )
}

function Advices({ explanation }: { readonly explanation: Explanation }) {
  const advices = adviceFor(explanation)
  if (advices.length === 0) return null
  return (
    <section class="advice" aria-label="What would have to change">
      <h3>What would have to change</h3>
      <ul>
        {advices.map(({ text, details }) => (
          <li key={text}>
            <bdi>{printable(text)}</bdi>
            {details.length > 0 && (
              <ul>
                {details.map((detail) => (
                  <li key={detail}>
                    <bdi>{detail}</bdi>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {explanation.conditionKeys.missing.length > 0 && (
        <p>The request lacked these condition keys: {explanation.conditionKeys.missing.map(printable).join(', ')}.</p>
      )}
    </section>
  )
}

interface CardProps {
  readonly layer: Layer
  readonly policy: Policy
  readonly name: string
  readonly text: string | undefined
}

function PolicyCard({ layer, policy, name, text }: CardProps) {
  return (
    <article class="policy-card">
      <h4>
        <Name text={name} />
      </h4>
      <ul class="statements">
        {policy.statements.map(({ index, sid, effect, matched, stoppedBy, span }) => (
          <li key={index} class={matched ? `matched-${effect.toLowerCase()}` : 'not-matched'}>
            <Outcome outcome={matched ? effect : 'passed'} />{' '}
            <strong>
              {effect} <Name text={sid ?? `statement ${index + 1}`} />
            </strong>{' '}
            <span class="note">line {span.line}</span>
            {stoppedBy !== undefined && <span class="obstacle">{describeObstacle(stoppedBy)}</span>}
          </li>
        ))}
        {policy.statements.length === 0 && <li class="not-matched">This policy has no statement.</li>}
      </ul>
      {text === undefined ? (
        <p class="note">The text of this policy was not kept.</p>
      ) : (
        <PolicyText text={text} marks={marksOf(text, layer.type, policy.statements)} title={`Text of ${name}`} />
      )}
    </article>
  )
}
