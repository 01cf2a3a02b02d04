/** Values of `Action`: `service:Name` with `*` and `?`, without case. IAM User Guide, reference_policies_elements_action. */

import { readTemplate } from '../policy/template.ts'
import { compileGlob, type Glob, matchesGlob } from './glob.ts'

export interface ActionPattern {
  readonly glob: Glob
}

export const compileActionPattern = (text: string): ActionPattern => ({
  glob: compileGlob(readTemplate(text.toLowerCase(), { variables: false, wildcards: true })),
})

const noVariables = { variable: () => undefined }

/** `action` in lower case. */
export const matchesAction = (pattern: ActionPattern, action: string): boolean =>
  matchesGlob(pattern.glob, action, noVariables)
