/**
 * Names that the model leaves without bounds (a development endpoint's; a job's, where its bookmark is meant) are held to those
 * of every other name: Glue API reference, "Common data types", `NameString`.
 */

import type { Constraint } from '@scopedown/wire'
import { constraintsOf } from '../constraints.ts'

const bounds = constraintsOf('GetJob').JobName
if (bounds === undefined) throw new Error('the model has no bounds for names')

export const nameBounds: Constraint = bounds
