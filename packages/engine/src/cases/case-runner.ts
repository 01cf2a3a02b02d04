/** One case in, one answer out. The case format is a contract: docs/cases.md. */

import { compile, type Program } from '../compile/program.ts'
import type { PolicyType } from '../evaluate/decision.ts'
import type { Switches } from '../evaluate/switches.ts'
import { accessDeniedMessage } from '../explain/access-denied.ts'
import { parseRequest, type RequestResult } from '../request/request.ts'
import type { RequestInput } from '../request/request-input.ts'
import { readCasePolicies } from './case-policies.ts'

export interface CaseResult {
  readonly name: string | undefined
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny' | 'invalid'
  readonly by: readonly PolicyType[]
  /** AWS's sentence on a denial; what is malformed where the case is `invalid`. */
  readonly message?: string
  /** Only where the case has an `expect`. */
  readonly ok?: boolean
}

export interface Expectation {
  readonly decision: string
  readonly by?: readonly string[]
}

type Compiled = { readonly program: Program } | { readonly message: string }

/** Programs kept by the text of their policies; cleared when either bound is reached, so that a stream of any length fits. */
const maxPrograms = 2048
const maxCharacters = 16 * 1024 * 1024

export class CaseRunner {
  readonly #programs = new Map<string, Compiled>()
  readonly #switches: Partial<Switches>
  #characters = 0

  constructor(switches: Partial<Switches> = {}) {
    this.#switches = switches
  }

  /** `text`: one JSON object. Undefined where it is none: then there is no case to answer. */
  run(text: string): CaseResult | undefined {
    const read = readJson(text)
    if (read === undefined) return undefined
    const { request, expect } = read
    const name = typeof read.name === 'string' ? read.name : undefined
    const answer = this.#answer(request, text)
    const expected = expectation(expect)
    return {
      name,
      ...answer,
      ...(expected === undefined ? {} : { ok: meets(answer, expected) }),
    }
  }

  #answer(input: unknown, text: string): Omit<CaseResult, 'name' | 'ok'> {
    const { program, request, message } = this.prepare(input, text)
    if (program === undefined) return { decision: 'invalid', by: [], message }
    const decision = program.decide(request)
    const sentence = accessDeniedMessage(request, decision)
    return { decision: decision.outcome, by: decision.by, ...(sentence === undefined ? {} : { message: sentence }) }
  }

  /** The compiled policies and the parsed request of one case; both undefined where it is malformed. */
  prepare(input: unknown, text: string) {
    const asked: RequestResult = parseRequest(input as RequestInput)
    if (!asked.ok) {
      const where = asked.member === '' ? 'request' : `request.${asked.member}`
      return { program: undefined, request: undefined, message: `${where}: ${asked.message}` }
    }
    const kind = asked.request.mustAllow === 'trust' ? 'trust' : 'resource'
    const compiled = this.#compiled(memberText(text, 'policies') ?? '{}', kind)
    if ('message' in compiled) return { program: undefined, request: undefined, message: compiled.message }
    return { program: compiled.program, request: asked.request, message: '' }
  }

  #compiled(policies: string, kind: 'resource' | 'trust'): Compiled {
    const key = kind + policies
    const found = this.#programs.get(key)
    if (found !== undefined) return found
    // Read from the key, which is kept anyway: a slice of `policies` would keep the whole stream's chunk alive.
    const read = readCasePolicies(key.slice(kind.length), kind)
    const made = read.ok ? { program: compile(read.policies, this.#switches) } : { message: read.message }
    this.#characters += key.length
    if (this.#programs.size >= maxPrograms || this.#characters > maxCharacters) {
      this.#programs.clear()
      this.#characters = key.length
    }
    this.#programs.set(key, made)
    return made
  }
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function expectation(value: unknown): Expectation | undefined {
  if (value === undefined || value === null) return undefined
  // What cannot be read is an expectation that nothing meets: a case must not pass because it is misspelt.
  if (typeof value !== 'object' || !('decision' in value)) return { decision: 'unreadable' }
  const by = 'by' in value && Array.isArray(value.by) ? { by: value.by.map(String) } : {}
  return { decision: String(value.decision), ...by }
}

function meets(answer: { decision: string; by: readonly string[] }, expected: Expectation): boolean {
  if (answer.decision !== expected.decision) return false
  return expected.by === undefined || expected.by.join(' ') === answer.by.join(' ')
}

/** The text of one member of a JSON object that is known to be well formed; the last one where it stands twice. */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined
  let depth = 0
  let key: string | undefined
  let expectsKey = false
  let from = -1
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      const end = stringEnd(text, at)
      if (depth === 1 && expectsKey) {
        key = text.slice(at + 1, end)
        expectsKey = false
      }
      at = end
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth === 1) expectsKey = true
    } else if (code === 0x7d || code === 0x5d || (code === 0x2c && depth === 1)) {
      if (depth === 1 && key === name && from !== -1) found = text.slice(from, at).trim()
      if (code === 0x2c) expectsKey = true
      else depth -= 1
    } else if (code === 0x3a && depth === 1) from = at + 1
  }
  return found
}

function stringEnd(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1
    if (slashes % 2 === 0) return end
  }
}
