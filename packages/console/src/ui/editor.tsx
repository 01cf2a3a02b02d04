/**
 * A text field over its own text, drawn with marks: what is wrong, what decided. The field is a plain `textarea`, so that
 * keyboards, screen readers and undo work as everywhere.
 */

import type { Diagnostic } from '@scopedown/engine'
import { useId, useRef } from 'preact/hooks'
import { type Mark, segmentsOf } from '../policy/marks.ts'

interface Props {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly diagnostics: readonly Diagnostic[]
  readonly marks: readonly Mark[]
}

export function Editor({ label, text, onText, diagnostics, marks }: Props) {
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const faults = diagnostics.map(({ span, severity, message }) => ({
    start: span.start,
    // A fault between two characters is shown on the one that follows.
    end: Math.max(span.end, span.start + 1),
    severity,
    label: message,
    kind: 'stopped' as const,
  }))
  const goTo = (start: number, end: number) => {
    field.current?.focus()
    field.current?.setSelectionRange(start, end)
  }
  return (
    <div class="editor">
      <label for={id} class="hidden">
        {label}
      </label>
      <div class="editor-text">
        <pre aria-hidden="true">
          {segmentsOf(text, [...marks, ...faults]).map((segment, index) => (
            <span key={`${index}`} class={segment.marks.map((mark) => classOf(mark)).join(' ')}>
              {segment.text}
            </span>
          ))}
          {'\n'}
        </pre>
        <textarea
          id={id}
          ref={field}
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
          spellcheck={false}
          autocapitalize="off"
          aria-invalid={diagnostics.some(({ severity }) => severity === 'error')}
          aria-describedby={`${id}-faults`}
        />
      </div>
      <ul class="diagnostics" id={`${id}-faults`} aria-live="polite">
        {diagnostics.map(({ severity, code, message, span }) => (
          <li key={`${code}${span.start}`}>
            <button type="button" class="small" onClick={() => goTo(span.start, span.end)}>
              line {span.line}, column {span.column}
            </button>{' '}
            <strong>{severity}</strong> <bdi>{message}</bdi> <span class="note">{code}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function classOf(mark: Mark & { readonly severity?: string }): string {
  return mark.severity === undefined ? `mark-${mark.kind}` : `fault-${mark.severity}`
}
