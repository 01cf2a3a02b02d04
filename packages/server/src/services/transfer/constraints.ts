/** The constraints of Transfer Family's API model, by operation and member path; written by `scripts/transfer-constraints.py`. */

import { storedConstraints } from '../../kernel/stored-constraints.ts'

// Data, not code: the same file whether this runs from `src` or from `dist`.
export const constraintsOf = storedConstraints(
  new URL('../../../src/services/transfer/constraints.json', import.meta.url),
)
