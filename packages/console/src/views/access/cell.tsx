/** One cell of the map, explained: reading, writing and deleting, each with its layers. */

import { useEffect, useRef } from 'preact/hooks'
import type { PolicySource } from '../../aws/account-details.ts'
import { levels, type Reachable, type Reacher } from '../../policy/reach.ts'
import { Layers } from '../../ui/layers.tsx'
import type { Asked } from '../../ui/picture.tsx'
import { Name, Outcome } from '../../ui/words.tsx'

interface Props {
  readonly reacher: Reacher
  readonly resource: Reachable
  readonly asked: Asked
  readonly onClose: () => void
}

export function Cell({ reacher, resource, asked, onClose }: Props) {
  const section = useRef<HTMLElement>(null)
  const opener = useRef<Element | null>(null)
  // Whoever opens a cell is led to its explanation, and back to the cell when it is closed.
  useEffect(() => {
    opener.current = document.activeElement
    section.current?.focus()
    section.current?.scrollIntoView({ block: 'nearest' })
  }, [reacher, resource])
  useEffect(
    () => () => {
      if (opener.current instanceof HTMLElement) opener.current.focus()
    },
    [],
  )
  const { identity, boundary, session = [] } = reacher.principal
  const sources: readonly (PolicySource | undefined)[] = [...identity, boundary, ...session, resource.resourcePolicy]
  return (
    <section class="cell" aria-label="Explanation" tabIndex={-1} ref={section}>
      <div class="cell-head">
        <h2>
          <Name text={reacher.principal.arn} /> on <Name text={resource.label} />
        </h2>
        <button type="button" class="small" onClick={onClose}>
          Close the explanation
        </button>
      </div>
      {levels.map((level) => {
        const explanation = reacher.explain(resource, level)
        if (explanation === undefined) return null
        return (
          <details key={level} open={level === 'read'}>
            <summary>
              {level}: <Outcome outcome={explanation.outcome} /> <Name text={explanation.request.action} /> on{' '}
              <Name text={explanation.request.resource} />
            </summary>
            <Layers
              explanation={explanation}
              asked={asked}
              textOf={(_, name) => sources.find((source) => source?.name === name)?.text}
            />
          </details>
        )
      })}
    </section>
  )
}
