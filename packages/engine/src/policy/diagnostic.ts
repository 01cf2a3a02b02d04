/** What is wrong with a document, where, and what would be right. */

import type { Span } from './policy.ts'

export interface Diagnostic {
  /** `error`: the document is refused. `warning`: it is accepted, and probably does not mean what its author thinks. */
  readonly severity: 'error' | 'warning'
  /** Stable, kebab-case: `unknown-operator`, `duplicate-key`. */
  readonly code: string
  /** One sentence in lower case, user input in backticks, no final stop. */
  readonly message: string
  /** RFC 6901, into the document: `/Statement/0/Effect`. Empty for the document itself. */
  readonly pointer: string
  readonly span: Span
}
