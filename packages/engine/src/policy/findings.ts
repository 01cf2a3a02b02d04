/**
 * Warnings: what is legal and probably does not mean what its author thinks.
 * IAM Access Analyzer, "Policy check reference" (access-analyzer-reference-policy-checks).
 */

import { parseAddress, parseNetwork } from '../match/address.ts'
import { parseBase64 } from '../match/base64.ts'
import { parseBoolean } from '../match/boolean.ts'
import { parseDate } from '../match/date.ts'
import { parseDecimal } from '../match/decimal.ts'
import type { DocumentReader, Place } from './document-reader.ts'
import { shorten } from './json.ts'
import type { BaseOperator, PolicyVersion } from './policy.ts'
import { readTemplate } from './template.ts'

export function warnOfVariables(reader: DocumentReader, text: string, place: Place, version: PolicyVersion): void {
  if (!text.includes('${')) return
  if (version === '2008-10-17') {
    const message = `\`${shorten(text)}\` is literal text: policy variables need \`"Version": "2012-10-17"\``
    reader.warn('variable-needs-version', message, place)
    return
  }
  if (text.lastIndexOf('${') > text.lastIndexOf('}')) {
    reader.warn(
      'malformed-variable',
      `a \`\${\` in \`${shorten(text)}\` has no closing brace and is literal text`,
      place,
    )
  }
  for (const piece of readTemplate(text, { variables: true, wildcards: true })) {
    if (piece.kind !== 'malformed') continue
    const message = `\`\${${shorten(piece.text)}}\` is no variable and never has a value; write \`\${key}\` or \`\${key, 'default'}\``
    reader.warn('malformed-variable', message, place)
  }
}

type Check = readonly [reads: (text: string) => unknown, wanted: string]

const number: Check = [parseDecimal, 'a number']
const date: Check = [parseDate, 'a date in ISO 8601 or epoch seconds']
const network: Check = [(text) => parseNetwork(text) ?? parseAddress(text), 'an IP address or CIDR range']
const boolean: Check = [parseBoolean, '`true` or `false`']
const bytes: Check = [parseBase64, 'base64 text']

const valueChecks: readonly (readonly [RegExp, Check])[] = [
  [/^Numeric/, number],
  [/^Date/, date],
  [/IpAddress$/, network],
  [/^(Bool|Null)$/, boolean],
  [/^Binary/, bytes],
]

export function warnOfValue(
  reader: DocumentReader,
  base: BaseOperator,
  text: string,
  place: Place,
  version: PolicyVersion,
): void {
  const check = valueChecks.find(([form]) => form.test(base))?.[1]
  if (check === undefined) {
    warnOfVariables(reader, text, place, version)
    return
  }
  const [reads, wanted] = check
  if (reads(text) !== undefined) return
  reader.warn('unparsable-value', `\`${base}\` reads ${wanted}; \`${shorten(text)}\` equals nothing`, place)
}
