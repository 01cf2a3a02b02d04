/** The constraints of Glue's API model, by operation and member path; written by `scripts/glue-constraints.py`. */

import { storedConstraints } from '../../kernel/stored-constraints.ts'

// Data, not code: the same file whether this runs from `src` or from `dist`.
export const constraintsOf = storedConstraints(new URL('../../../src/services/glue/constraints.json', import.meta.url))
