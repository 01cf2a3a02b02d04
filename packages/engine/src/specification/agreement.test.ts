/** `decide`, `explain` and the specification give one answer, on generated policies and requests; and the model's own laws. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PolicySet } from '../compile/policy-set.ts'
import { compile } from '../compile/program.ts'
import { parsePolicy } from '../policy/parse.ts'
import type { Policy, PolicyKind } from '../policy/policy.ts'
import { parseRequest, type Request } from '../request/request.ts'
import type { RequestInput } from '../request/request-input.ts'
import {
  document,
  documentOfCallers,
  type Json,
  type JsonPolicySet,
  largeDocument,
  policySet,
  request,
  statement,
} from './arbitraries.test-data.ts'
import { specification } from './specification.ts'

const minutes = Number(process.env.SCOPEDOWN_FUZZ_MINUTES ?? 0)
const fuzz = minutes > 0 ? { interruptAfterTimeLimit: minutes * 60_000, numRuns: Number.MAX_SAFE_INTEGER } : {}
const seed = process.env.SCOPEDOWN_FUZZ_SEED === undefined ? {} : { seed: Number(process.env.SCOPEDOWN_FUZZ_SEED) }
const requestsEach = 25

function parse(json: Json, kind: PolicyKind): Policy {
  const parsed = parsePolicy(JSON.stringify(json), { kind })
  if (parsed.ok) return parsed.policy
  throw new Error(`the generator made an invalid ${kind} policy: ${JSON.stringify(parsed.diagnostics)}`)
}

function build(json: JsonPolicySet): PolicySet {
  const map = (list: Json[] | undefined, kind: PolicyKind) => list?.map((one) => parse(one, kind))
  const one = (json: Json | undefined, kind: PolicyKind) => (json === undefined ? undefined : parse(json, kind))
  return {
    identity: map(json.identity, 'identity'),
    resource: one(json.resource, 'resource'),
    boundary: one(json.boundary, 'boundary'),
    session: map(json.session, 'session'),
    scps: json.scps?.map((level) => level.map((policy) => parse(policy, 'scp'))),
    rcps: json.rcps?.map((level) => level.map((policy) => parse(policy, 'rcp'))),
    endpoint: one(json.endpoint, 'endpoint'),
  }
}

function read(input: RequestInput): Request {
  const parsed = parseRequest(input)
  if (parsed.ok) return parsed.request
  throw new Error(`the generator made an invalid request: ${parsed.message}`)
}

const decide = (json: JsonPolicySet, input: RequestInput) => compile(build(json)).decide(read(input))
const allows = (json: JsonPolicySet, input: RequestInput) => decide(json, input).outcome === 'allowed'

const law = <T>(name: string, numRuns: number, property: fc.IProperty<T>) =>
  it(name, { timeout: 600_000 }, () => {
    fc.assert(property, { numRuns, ...seed })
  })

describe('decide, explain and the specification', () => {
  it(`agree on at least 200,000 generated questions`, { timeout: (minutes + 10) * 60_000 }, () => {
    let questions = 0
    const outcomes = { allowed: 0, implicitDeny: 0, explicitDeny: 0 }
    fc.assert(
      fc.property(
        policySet,
        fc.array(request, { minLength: requestsEach, maxLength: requestsEach }),
        (json, inputs) => {
          const policies = build(json)
          const program = compile(policies)
          for (const input of inputs) {
            const asked = read(input)
            const wanted = specification(policies, asked)
            const { outcome, by } = program.decide(asked)
            const explained = program.explain(asked)
            expect({ outcome, by, input }).toEqual({ ...wanted, input })
            expect({ outcome: explained.outcome, by: explained.by }).toEqual(wanted)
            questions += 1
            outcomes[wanted.outcome] += 1
          }
        },
      ),
      { numRuns: Math.ceil(200_000 / requestsEach), ...seed, ...fuzz },
    )
    expect(questions).toBeGreaterThanOrEqual(minutes > 0 ? 1 : 200_000)
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(questions / 50)
    console.log(`${questions} generated questions, one answer each: ${JSON.stringify(outcomes)}`)
  })
})

describe('the index over many statements', () => {
  law(
    'finds what the specification finds',
    600,
    fc.property(
      largeDocument,
      fc.array(request, { minLength: requestsEach, maxLength: requestsEach }),
      (json, inputs) => {
        const policies = build({ identity: [json] })
        const program = compile(policies)
        for (const input of inputs) {
          const asked = read(input)
          const { outcome, by } = program.decide(asked)
          expect({ outcome, by, input }).toEqual({ ...specification(policies, asked), input })
        }
      },
    ),
  )

  law(
    'finds by the caller what the specification finds',
    600,
    fc.property(
      documentOfCallers,
      fc.array(request, { minLength: requestsEach, maxLength: requestsEach }),
      (json, inputs) => {
        const policies = build({ resource: json })
        const program = compile(policies)
        for (const input of inputs) {
          const asked = read(input)
          const { outcome, by } = program.decide(asked)
          expect({ outcome, by, input }).toEqual({ ...specification(policies, asked), input })
        }
      },
    ),
  )
})

describe('the model', () => {
  const narrows = (narrower: JsonPolicySet, wider: JsonPolicySet, input: RequestInput) => {
    if (allows(narrower, input)) expect(allows(wider, input)).toBe(true)
  }

  law(
    'a session policy, a boundary, an SCP level or an RCP level never widens',
    4000,
    fc.property(policySet, request, document(false), (json, input, extra) => {
      narrows({ ...json, session: [extra] }, { ...json, session: undefined }, input)
      narrows({ ...json, boundary: extra }, { ...json, boundary: undefined }, input)
      narrows({ ...json, scps: [...(json.scps ?? []), [extra]] }, json, input)
      narrows(json, { ...json, rcps: undefined }, input)
      narrows(json, { ...json, endpoint: undefined }, input)
    }),
  )

  law(
    'adding a Deny never widens, adding an identity Allow never narrows',
    4000,
    fc.property(policySet, request, statement(false), (json, input, extra) => {
      const added = (Effect: string): Json => ({ Version: '2012-10-17', Statement: [{ ...extra, Effect }] })
      narrows({ ...json, identity: [...(json.identity ?? []), added('Deny')] }, json, input)
      narrows(json, { ...json, identity: [...(json.identity ?? []), added('Allow')] }, input)
    }),
  )

  law(
    'the order of statements and policies never matters',
    3000,
    fc.property(policySet, request, (json, input) => {
      const turned = (policy: Json): Json => ({ ...policy, Statement: [...(policy.Statement as Json[])].reverse() })
      const reversed = {
        ...json,
        identity: json.identity?.map(turned).reverse(),
        ...(json.resource && { resource: turned(json.resource) }),
      }
      expect(decide(reversed, input)).toBe(decide(json, input))
    }),
  )

  law(
    'the case of condition key names never matters',
    3000,
    fc.property(policySet, request, (json, input) => {
      const context = Object.fromEntries(
        Object.entries(input.context).map(([key, value]) => [key.toUpperCase(), value]),
      )
      expect(decide(json, { ...input, context })).toBe(decide(json, input))
    }),
  )
})
