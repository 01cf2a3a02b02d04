/** The playground's answer: every document parsed, and, once all of them can be used, the decision and why. */

import {
  compile,
  contextKeys,
  type Diagnostic,
  type Explanation,
  type Policy,
  parsePolicy,
  parseRequest,
  type Request,
  type RequestInput,
} from '@scopedown/engine'
import { type Draft, type Playground, type Question, recordOf } from './state.ts'

export interface Variable {
  readonly key: string
  /** Undefined: the request does not carry it. */
  readonly value: string | undefined
}

export interface Answer {
  readonly diagnostics: readonly (readonly Diagnostic[])[]
  /** What is wrong with the question. */
  readonly fault: string | undefined
  readonly explanation: Explanation | undefined
  /** Condition keys and policy variables that the policies name, with what the request has for them. */
  readonly variables: readonly Variable[]
}

export function answer({ policies, question }: Playground): Answer {
  const asked = ask(question)
  const trust = asked.request?.mustAllow === 'trust'
  const parsed = policies.map((draft, index) =>
    parsePolicy(draft.text, {
      kind: draft.kind === 'resource' && trust ? 'trust' : draft.kind,
      name: draft.name || `policy ${index + 1}`,
    }),
  )
  const diagnostics = parsed.map((result) => result.diagnostics)
  const sound = parsed.flatMap((result) => (result.ok ? [result.policy] : []))
  const { request, fault } = asked
  const all = parsed.map((result) => (result.ok ? result.policy : undefined))
  const variables =
    request === undefined ? [] : contextKeys(sound).map((key) => ({ key, value: foundValue(request, key) }))
  if (request === undefined || sound.length < policies.length) {
    return { diagnostics, fault, explanation: undefined, variables }
  }
  return { diagnostics, fault, explanation: explain(policies, all, request), variables }
}

function explain(drafts: readonly Draft[], parsed: readonly (Policy | undefined)[], request: Request): Explanation {
  const of = (kind: Draft['kind']) =>
    drafts.flatMap((draft, index) => (draft.kind === kind ? (parsed[index] ?? []) : []))
  const levels = (kind: 'scp' | 'rcp') => {
    const lists: Policy[][] = []
    for (const [index, draft] of drafts.entries()) {
      const policy = parsed[index]
      if (draft.kind !== kind || policy === undefined) continue
      while (lists.length < draft.level) lists.push([])
      lists[draft.level - 1]?.push(policy)
    }
    return lists.length === 0 ? undefined : lists
  }
  const [resource] = of('resource')
  const [boundary] = of('boundary')
  const [endpoint] = of('endpoint')
  const program = compile({
    identity: of('identity'),
    resource,
    boundary,
    session: of('session'),
    scps: levels('scp'),
    rcps: levels('rcp'),
    endpoint,
  })
  return program.explain(request)
}

function ask({ principal, action, resource, resourceAccount, foldResourceNames, context }: Question): {
  request: Request | undefined
  fault: string | undefined
} {
  const read = readContext(context)
  if (read === undefined) return { request: undefined, fault: 'the context must be a JSON object of condition keys' }
  const input: RequestInput = {
    principal,
    action,
    resource,
    foldResourceNames,
    // The engine says what is wrong with a value that is no context value.
    context: read as NonNullable<RequestInput['context']>,
    ...(resourceAccount === '' ? {} : { resourceAccount }),
  }
  const result = parseRequest(input)
  return result.ok
    ? { request: result.request, fault: undefined }
    : { request: undefined, fault: `${result.member}: ${result.message}` }
}

function readContext(text: string): Record<string, unknown> | undefined {
  try {
    return recordOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

function foundValue(request: Request, key: string): string | undefined {
  const lower = key.toLowerCase()
  const single = request.variable(lower, key)
  if (single !== undefined) return single
  return request.entry(lower, key) === undefined ? undefined : 'several values'
}

/** The name that an explanation calls the policy at this place by. */
export function nameOf(draft: Draft, index: number): string {
  return draft.name || `policy ${index + 1}`
}
