/**
 * The regular expressions of GetTables and GetUserDefinedFunctions, matched against whole names. RE2's syntax and its linear
 * time (https://github.com/google/re2/wiki/Syntax): a caller's pattern can cost no more than its length.
 */

import { RE2JS } from 're2js'
import { invalidInput } from '../faults.ts'

/** Names are in lower case; patterns of either case find them. */
export function namePattern(text: string): (name: string) => boolean {
  try {
    const pattern = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE)
    return (name) => pattern.matches(name)
  } catch {
    throw invalidInput(`The expression ${text} is not a regular expression that this server knows.`)
  }
}
