/** Lengths and patterns that recur in IAM's API reference. Messages print the pattern in AWS's own notation. */

import type { Constraint } from '@scopedown/wire'

const namePattern = { pattern: /[\w+=,.@-]+/, patternText: '[\\w+=,.@-]+' } as const

/** A new user's name, and every group's and role's: 64 characters where it is made, 128 where it is looked up. */
export const newName: Constraint = { min: 1, max: 64, ...namePattern }
export const newGroupName: Constraint = { min: 1, max: 128, ...namePattern }
export const name: Constraint = { min: 1, max: 128, ...namePattern }
export const roleName: Constraint = { min: 1, max: 64, ...namePattern }
export const path: Constraint = {
  min: 1,
  max: 512,
  pattern: /(\/)|(\/[!-\u007E]+\/)/,
  patternText: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)',
}
export const arn: Constraint = { min: 20, max: 2048 }
export const policyDocument: Constraint = {
  min: 1,
  max: 131_072,
  pattern: /[\t\n\r\u0020-\u00FF]+/,
  patternText: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
}
export const description: Constraint = {
  max: 1000,
  pattern: /[\t\n\r\u0020-\u007E\u00A1-\u00FF]*/,
  patternText: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
}
export const sessionDuration: Constraint = { min: 3600, max: 43_200 }

/** `Tags` of a request: at most fifty pairs. */
export const tags = {
  Tags: { max: 50 },
  'Tags.*.Key': {
    min: 1,
    max: 128,
    pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u,
    patternText: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
  },
  'Tags.*.Value': {
    max: 256,
    pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u,
    patternText: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
  },
} as const satisfies Record<string, Constraint>
