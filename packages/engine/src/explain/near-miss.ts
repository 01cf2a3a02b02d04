/**
 * The commonest slip in a `Resource` element: `X/*` is what lies below X and not X itself, and X is not what lies below it.
 * IAM User Guide, reference_policies_elements_resource; S3 asks about the bucket for ListBucket and about keys for GetObject.
 */

import { compileResourcePattern, matchesResource } from '../match/resource-pattern.ts'

const unknown = { variable: () => undefined }

/** A pattern among those wanted that would match with `/*` taken off or put on; undefined: none is that near. */
export function nearMiss(wanted: readonly string[], came: string): string | undefined {
  for (const pattern of wanted) {
    if (pattern.endsWith('/*')) {
      if (matches(pattern.slice(0, -2), came))
        return `${quoted(pattern)} is what lies below it, not the resource itself`
    } else if (!pattern.endsWith('*') && matches(`${pattern}/*`, came)) {
      return `${quoted(pattern)} is not what lies below it; ${quoted(`${pattern}/*`)} is`
    }
  }
  return undefined
}

/** A variable's value is not known here: such a pattern is no near miss. */
function matches(pattern: string, resource: string): boolean {
  const compiled = compileResourcePattern(pattern, { variables: true, wildcard: 'iam', fold: false })
  return matchesResource(compiled, resource, unknown)
}

const quoted = (text: string): string => JSON.stringify(text)
