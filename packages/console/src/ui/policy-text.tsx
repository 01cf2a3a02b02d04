/** A policy's text with marks in it. Text stays text: every piece is a text node. */

import { printable } from '@scopedown/engine'
import { type Mark, segmentsOf } from '../policy/marks.ts'

interface Props {
  readonly text: string
  readonly marks: readonly Mark[]
  readonly title: string
}

export function PolicyText({ text, marks, title }: Props) {
  const segments = segmentsOf(text, marks)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long policies scroll, and a keyboard must reach them.
    <section class="policy-text" tabIndex={0} aria-label={title}>
      <pre>
        <code>
          {segments.map((segment, index) => {
            const [outer] = segment.marks
            const stopped = segment.marks.some(({ kind }) => kind === 'stopped')
            if (outer === undefined) return shown(segment.text)
            const classes = `mark-${outer.kind}${stopped ? ' mark-stopped' : ''}`
            const label = segment.marks.map((mark) => mark.label).join('; ')
            return (
              <mark key={`${index}`} class={classes} title={label}>
                {shown(segment.text)}
              </mark>
            )
          })}
        </code>
      </pre>
    </section>
  )
}

/** Line breaks and tabs are layout; other control characters are shown for what they are. */
function shown(text: string): string {
  return text
    .split(/([\n\t]|\r\n)/)
    .map((part) => (part === '\n' || part === '\t' || part === '\r\n' ? part : printable(part)))
    .join('')
}
