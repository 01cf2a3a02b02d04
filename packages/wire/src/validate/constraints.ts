/**
 * Constraints that the SDK's schemas lack (length, range, pattern, enum), declared by services beside their operations and
 * worded as AWS words them. Source of the numbers: each service's API reference.
 */

export interface Constraint {
  /** Characters of a string, items of a list, entries of a map, bytes of a blob; of a number, its value. */
  readonly min?: number
  readonly max?: number
  /** Matched against the whole string. Written by us, never built from input. */
  readonly pattern?: RegExp
  readonly oneOf?: readonly string[]
  /** Overrides `pattern.source` in the message, where AWS prints the expression in Java's notation. */
  readonly patternText?: string
  /** Required by the API reference though the model calls it optional. */
  readonly required?: true
}

/**
 * Constraints by member path: `UserName`, `Tags` (the list itself), `Tags.*` (each item), `Tags.*.Key`; a map's keys are
 * `Params.key`, its values `Params.*`.
 */
export type MemberConstraints = Readonly<Record<string, Constraint>>

/** Per operation: `{ CreateUser: { UserName: { min: 1, max: 64, pattern: /[\w+=,.@-]+/ } } }`. */
export type ConstraintTable = Readonly<Record<string, MemberConstraints>>

/** The sentences of what `value` fails, without the part that names the member. */
export function failures(value: unknown, constraint: Constraint): string[] {
  if (typeof value === 'number') return rangeFailures(value, constraint)
  if (typeof value === 'string') return stringFailures(value, constraint)
  const size = sizeOf(value)
  return size === undefined ? [] : lengthFailures(size, constraint)
}

function rangeFailures(value: number, { min, max }: Constraint): string[] {
  const found: string[] = []
  if (max !== undefined && value > max) found.push(`Member must have value less than or equal to ${max}`)
  if (min !== undefined && !(value >= min)) found.push(`Member must have value greater than or equal to ${min}`)
  return found
}

function stringFailures(value: string, constraint: Constraint): string[] {
  const found = lengthFailures(codePoints(value), constraint)
  const { pattern, patternText, oneOf, max } = constraint
  // A pattern is only run on text of allowed length, so that its cost is bounded by the table and not by the caller.
  const short = max === undefined || value.length <= max * 2
  if (pattern && short && !matchesWhole(pattern, value)) {
    found.push(`Member must satisfy regular expression pattern: ${patternText ?? pattern.source}`)
  }
  if (oneOf && !oneOf.includes(value)) found.push(`Member must satisfy enum value set: [${oneOf.join(', ')}]`)
  return found
}

function lengthFailures(size: number, { min, max }: Constraint): string[] {
  const found: string[] = []
  if (max !== undefined && size > max) found.push(`Member must have length less than or equal to ${max}`)
  if (min !== undefined && size < min) found.push(`Member must have length greater than or equal to ${min}`)
  return found
}

const wholePatterns = new WeakMap<RegExp, RegExp>()

function matchesWhole(pattern: RegExp, value: string): boolean {
  let whole = wholePatterns.get(pattern)
  if (!whole) {
    whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gym]/g, ''))
    wholePatterns.set(pattern, whole)
  }
  return whole.test(value)
}

/** Smithy counts a string's length in Unicode code points. */
function codePoints(value: string): number {
  let count = value.length
  for (let i = 0; i < value.length - 1; i++) {
    const c = value.charCodeAt(i)
    if (c < 0xd800 || c > 0xdbff) continue
    const next = value.charCodeAt(i + 1)
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--
      i++
    }
  }
  return count
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length
  if (value instanceof Uint8Array) return value.byteLength
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined
  return Object.keys(value).length
}
