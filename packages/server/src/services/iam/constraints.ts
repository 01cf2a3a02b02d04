/** Lengths and patterns that recur in IAM's API reference. Messages print the pattern in AWS's own notation. */

import type { Constraint } from '@scopedown/wire'

const namePattern = { pattern: /[\w+=,.@-]+/, patternText: '[\\w+=,.@-]+' } as const

/** 64 characters where a user is made, 128 where one is looked up. */
export const newUserName: Constraint = { min: 1, max: 64, ...namePattern }
export const roleName: Constraint = { min: 1, max: 64, ...namePattern }
/** Of users, groups, policies and instance profiles. */
export const name: Constraint = { min: 1, max: 128, ...namePattern }
export const path: Constraint = {
  min: 1,
  max: 512,
  pattern: /(\/)|(\/[!-\u007E]+\/)/,
  patternText: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)',
}
export const pathPrefix: Constraint = {
  min: 1,
  max: 512,
  pattern: /\/[!-\u007F]*/,
  patternText: '\\u002F[\\u0021-\\u007F]*',
}
export const arn: Constraint = { min: 20, max: 2048 }
export const policyDocument: Constraint = {
  min: 1,
  max: 131_072,
  pattern: /[\t\n\r\u0020-\u00FF]+/,
  patternText: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
}
export const versionId: Constraint = {
  pattern: /v[1-9][0-9]*(\.[A-Za-z0-9-]*)?/,
  patternText: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?',
}
export const description: Constraint = {
  max: 1000,
  pattern: /[\t\n\r\u0020-\u007E\u00A1-\u00FF]*/,
  patternText: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
}
export const policyDescription: Constraint = { max: 1000 }
export const sessionDuration: Constraint = { min: 3600, max: 43_200 }
export const accessKeyId: Constraint = { min: 16, max: 128, pattern: /[\w]+/, patternText: '[\\w]+' }
export const keyStatus: Constraint = { oneOf: ['Active', 'Inactive'] }

/** `Marker` and `MaxItems` of every list. */
export const pages = {
  Marker: { min: 1, max: 4096, pattern: /[\u0020-\u00FF]+/, patternText: '[\\u0020-\\u00FF]+' },
  MaxItems: { min: 1, max: 1000 },
} as const satisfies Record<string, Constraint>

const tagKey = {
  min: 1,
  max: 128,
  pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u,
  patternText: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
} as const satisfies Constraint

/** `Tags` of a request: at most fifty pairs. */
export const tags = {
  Tags: { max: 50 },
  'Tags.*.Key': tagKey,
  'Tags.*.Value': {
    max: 256,
    pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u,
    patternText: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
  },
} as const satisfies Record<string, Constraint>

export const tagKeys = { TagKeys: { max: 50 }, 'TagKeys.*': tagKey } as const satisfies Record<string, Constraint>
