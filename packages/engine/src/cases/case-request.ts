/** The `request` member of a case → a question, or what is malformed in it. docs/cases.md, "request". */

import { parseRequest, type RequestResult } from '../request/request.ts'
import type { RequestInput } from '../request/request-input.ts'

const members = ['principal', 'action', 'resource', 'resourceAccount', 'context']

/** A case comes from a stranger: the parsed principals and the switches that programs may hand the engine are not for it. */
export function readCaseRequest(input: unknown): RequestResult {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    const unknown = Object.keys(input).find((name) => !members.includes(name))
    if (unknown !== undefined) {
      const message = `a request has no member \`${unknown}\`: it has ${members.map((name) => `\`${name}\``).join(', ')}`
      return { ok: false, member: '', message }
    }
    if ('principal' in input && typeof input.principal !== 'string') {
      return { ok: false, member: 'principal', message: 'a request needs a `principal`, as text' }
    }
  }
  return parseRequest(input as RequestInput)
}
