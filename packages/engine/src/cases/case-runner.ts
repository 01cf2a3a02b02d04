/** One case in, one answer out. The case format is a contract: docs/cases.md. */

import { compile, type Program } from '../compile/program.ts'
import type { PolicyType } from '../evaluate/decision.ts'
import type { Switches } from '../evaluate/switches.ts'
import { accessDeniedMessage } from '../explain/access-denied.ts'
import { readCasePolicies } from './case-policies.ts'
import { readCaseRequest } from './case-request.ts'
import { type MemberSpan, memberSpan } from './member-span.ts'

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

/** The same policies mean something else where the resource-based one is a role's trust policy. */
type CompiledByKind = { resource?: Compiled; trust?: Compiled }

/** Programs kept by the text of their policies; cleared when either bound is reached, so that a stream of any length fits. */
const maxPrograms = 2048
const maxCharacters = 16 * 1024 * 1024

export class CaseRunner {
  readonly #programs = new Map<string, CompiledByKind>()
  readonly #switches: Partial<Switches>
  #characters = 0

  constructor(switches: Partial<Switches> = {}) {
    this.#switches = switches
  }

  /** `text`: one JSON object. Undefined where it is none: then there is no case to answer. */
  run(text: string): CaseResult | undefined {
    const span = memberSpan(text, 'policies')
    const policies = policiesText(text, span)
    const read = readJson(span === undefined ? text : this.#withoutKnown(policies, text, span))
    if (read === undefined) return undefined
    const name = typeof read.name === 'string' ? read.name : undefined
    const { decision, by, message } = this.#answer(read.request, policies)
    const expected = expectation(read.expect)
    const result: { -readonly [Key in keyof CaseResult]: CaseResult[Key] } = { name, decision, by }
    if (message !== undefined) result.message = message
    if (expected !== undefined) result.ok = meets(result, expected)
    return result
  }

  /** The compiled policies and the parsed request of one case; both undefined where it is malformed. */
  prepare(input: unknown, text: string) {
    return this.#prepare(input, policiesText(text, memberSpan(text, 'policies')))
  }

  /**
   * Policies that were read before are valid JSON: with `null` in their place the text is valid exactly if it was, and
   * the larger part of a stream whose cases share policies needs no second reading.
   */
  #withoutKnown(policies: string, text: string, { start, end }: MemberSpan): string {
    return this.#programs.has(policies) ? `${text.slice(0, start)}null${text.slice(end)}` : text
  }

  #answer(input: unknown, policies: string) {
    const { program, request, message } = this.#prepare(input, policies)
    if (program === undefined) return { decision: 'invalid' as const, by: [], message }
    const decision = program.decide(request)
    return { decision: decision.outcome, by: decision.by, message: accessDeniedMessage(request, decision) }
  }

  #prepare(input: unknown, policies: string) {
    const asked = readCaseRequest(input)
    if (!asked.ok) {
      const where = asked.member === '' ? 'request' : `request.${asked.member}`
      return { program: undefined, request: undefined, message: `${where}: ${asked.message}` }
    }
    const compiled = this.#compiled(policies, asked.request.mustAllow === 'trust' ? 'trust' : 'resource')
    if ('message' in compiled) return { program: undefined, request: undefined, message: compiled.message }
    return { program: compiled.program, request: asked.request, message: '' }
  }

  #compiled(policies: string, kind: 'resource' | 'trust'): Compiled {
    const known = this.#programs.get(policies)
    const found = known?.[kind]
    if (found !== undefined) return found
    // A copy: `policies` is a slice, and what is kept of it would keep the whole chunk of the stream alive.
    const text = ` ${policies}`.slice(1)
    const read = readCasePolicies(text, kind)
    const made = read.ok ? { program: compile(read.policies, this.#switches) } : { message: read.message }
    this.#characters += text.length
    if (this.#programs.size >= maxPrograms || this.#characters > maxCharacters) {
      this.#programs.clear()
      this.#characters = text.length
    }
    this.#programs.set(text, { ...known, [kind]: made })
    return made
  }
}

const policiesText = (text: string, span: MemberSpan | undefined): string =>
  span === undefined ? '{}' : text.slice(span.start, span.end)

function readJson(text: string): { name?: unknown; request?: unknown; expect?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What cannot be read is an expectation that nothing meets: a case must not pass because it is misspelt. */
const unreadable: Expectation = { decision: 'unreadable' }

function expectation(value: unknown): Expectation | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || !('decision' in value) || typeof value.decision !== 'string') return unreadable
  if (Object.keys(value).some((name) => name !== 'decision' && name !== 'by')) return unreadable
  if (!('by' in value)) return { decision: value.decision }
  return isTexts(value.by) ? { decision: value.decision, by: value.by } : unreadable
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

function meets(answer: { decision: string; by: readonly string[] }, expected: Expectation): boolean {
  if (answer.decision !== expected.decision) return false
  return expected.by === undefined || expected.by.join(' ') === answer.by.join(' ')
}
