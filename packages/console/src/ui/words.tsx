/** Small pieces of text that every view shows alike. */

import { printable } from '@scopedown/engine'
import type { ComponentChildren } from 'preact'
import { AwsFault, authorizationIdIn, sentenceOf } from '../aws/fault.ts'

/** What somebody named: isolated, so that no character in it can turn the text around it. */
export function Name({ text }: { readonly text: string }) {
  return <bdi class="name">{printable(text)}</bdi>
}

const outcomes: Readonly<Record<string, readonly [sign: string, word: string, tone: string]>> = {
  allowed: ['✓', 'allowed', 'good'],
  implicitDeny: ['✗', 'denied', 'bad'],
  explicitDeny: ['⊘', 'denied explicitly', 'bad'],
  exempt: ['✓', 'needs no permission', 'plain'],
  none: ['!', 'failed', 'warn'],
  Allow: ['✓', 'matches', 'good'],
  Deny: ['⊘', 'matches', 'bad'],
  accepted: ['✓', 'would be let in', 'good'],
  refused: ['✗', 'would be refused', 'bad'],
  passed: ['–', 'does not match', 'plain'],
}

/** Never by colour alone. */
export function Outcome({ outcome }: { readonly outcome: string }) {
  const [sign, word, tone] = outcomes[outcome] ?? ['?', outcome, 'plain']
  return (
    <span class={`outcome tone-${tone}`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  )
}

/** An error in the server's words; of a denial, the way to its explanation. */
export function Fault({ error }: { readonly error: unknown }) {
  const message = error instanceof Error ? error.message : String(error)
  const id = authorizationIdIn(message)
  return (
    <div class="fault" role="alert">
      {error instanceof AwsFault && <strong>{error.code}</strong>} <bdi>{printable(sentenceOf(message))}</bdi>
      {id !== undefined && (
        <p>
          <a href={`#/denials/${id}`}>Why? Open its explanation</a> <code>{id}</code>
        </p>
      )}
    </div>
  )
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <div class="empty">{children}</div>
}

export function Tags({ tags }: { readonly tags: Readonly<Record<string, string>> }) {
  const entries = Object.entries(tags)
  if (entries.length === 0) return <>none</>
  return (
    <ul class="tags">
      {entries.map(([key, value]) => (
        <li key={key}>
          <Name text={key} />: <Name text={value} />
        </li>
      ))}
    </ul>
  )
}
