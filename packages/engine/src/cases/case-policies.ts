/** The `policies` member of a case → a policy set. docs/cases.md, "policies". */

import type { PolicySet } from '../compile/policy-set.ts'
import { type JsonNode, parseJson } from '../policy/json.ts'
import { parsePolicy } from '../policy/parse.ts'
import type { Policy, PolicyKind } from '../policy/policy.ts'

export type CasePolicies =
  | { readonly ok: true; readonly policies: PolicySet }
  | { readonly ok: false; readonly message: string }

class Unusable extends Error {}

const members = ['identity', 'resource', 'boundary', 'session', 'scps', 'rcps', 'endpoint']

/** `text`: the member as written, so that a repeated key inside a policy is seen. */
export function readCasePolicies(text: string, resourceKind: 'resource' | 'trust'): CasePolicies {
  const { node, faults } = parseJson(text)
  if (node === undefined) return { ok: false, message: faults[0].message }
  try {
    return { ok: true, policies: readSet(text, node, resourceKind) }
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, message: error.message }
    throw error
  }
}

function readSet(text: string, node: JsonNode, resourceKind: 'resource' | 'trust'): PolicySet {
  if (node.type !== 'object') throw new Unusable('`policies` must be an object')
  const found = new Map<string, JsonNode>()
  for (const { key, value } of node.members) {
    if (!members.includes(key)) throw new Unusable(`\`policies\` has no member \`${key}\``)
    if (found.has(key)) throw new Unusable(`\`policies\` has \`${key}\` twice`)
    if (value.type !== 'null') found.set(key, value)
  }
  const single = (name: string, kind: PolicyKind): Policy | undefined => {
    const value = found.get(name)
    return value === undefined ? undefined : readPolicy(text, value, kind)
  }
  const list = (value: JsonNode, kind: PolicyKind, name: string): Policy[] => {
    if (value.type !== 'array') throw new Unusable(`\`${name}\` must be a list of policies`)
    return value.items.map((item) => readPolicy(text, item, kind))
  }
  const flat = (name: string, kind: PolicyKind): Policy[] | undefined => {
    const value = found.get(name)
    return value === undefined ? undefined : list(value, kind, name)
  }
  const levels = (name: string, kind: PolicyKind): Policy[][] | undefined => {
    const value = found.get(name)
    if (value === undefined) return undefined
    if (value.type !== 'array') throw new Unusable(`\`${name}\` must be a list of levels, each a list of policies`)
    return value.items.map((level) => list(level, kind, name))
  }
  return {
    identity: flat('identity', 'identity'),
    resource: single('resource', resourceKind),
    boundary: single('boundary', 'boundary'),
    session: flat('session', 'session'),
    scps: levels('scps', 'scp'),
    rcps: levels('rcps', 'rcp'),
    endpoint: single('endpoint', 'endpoint'),
  }
}

/** A document, a JSON string of one, or `{ "name": …, "document": … }`. */
function readPolicy(text: string, node: JsonNode, kind: PolicyKind): Policy {
  const { document, name } = unwrapped(node, kind)
  const source = document.type === 'string' ? document.value : text.slice(document.start, document.end)
  const parsed = parsePolicy(source, { kind, name })
  if (parsed.ok) return parsed.policy
  const fault = parsed.diagnostics.find(({ severity }) => severity === 'error')
  const where = fault === undefined || fault.pointer === '' ? '' : ` at ${fault.pointer}`
  throw new Unusable(`malformed ${kind} policy${name ? ` \`${name}\`` : ''}${where}: ${fault?.message ?? ''}`)
}

/** The document of `{ "name", "document" }`. What else stands there would be passed over in silence: it is refused. */
function unwrapped(node: JsonNode, kind: PolicyKind): { document: JsonNode; name: string | undefined } {
  if (node.type !== 'object' || !node.members.some(({ key }) => key === 'document')) {
    return { document: node, name: undefined }
  }
  let document: JsonNode | undefined
  let name: string | undefined
  for (const { key, value } of node.members) {
    if (key === 'document' && document === undefined) document = value
    else if (key === 'name' && name === undefined && value.type === 'string') name = value.value
    else
      throw new Unusable(
        `a named ${kind} policy is \`{"name": "…", "document": …}\`; \`${key}\` is too much, or no text`,
      )
  }
  return { document: document ?? node, name: name === '' ? undefined : name }
}
