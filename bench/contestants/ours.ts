/** Scopedown twice: on requests that were read before, and from a plain object each time. */

import { type Program, parseRequest, type Request, type RequestInput } from '@scopedown/engine'
import { type Contestant, wrap } from './contestant.ts'

export function prepared(program: Program, inputs: readonly RequestInput[]): Contestant {
  const requests = inputs.map(requestOf)
  return {
    name: 'scopedown, request read before',
    answers: () => requests.map((request) => program.decide(request).outcome === 'allowed'),
    run: (count) => {
      let allowed = 0
      for (let index = 0; index < count; index += 1) {
        if (program.decide(requests[index & wrap] as Request).outcome === 'allowed') allowed += 1
      }
      return allowed
    },
  }
}

export function fromObjects(program: Program, inputs: readonly RequestInput[]): Contestant {
  const allows = (input: RequestInput): boolean => program.decide(requestOf(input)).outcome === 'allowed'
  return {
    name: 'scopedown, from a plain object',
    answers: () => inputs.map(allows),
    run: (count) => {
      let allowed = 0
      for (let index = 0; index < count; index += 1) {
        if (allows(inputs[index & wrap] as RequestInput)) allowed += 1
      }
      return allowed
    },
  }
}

export function requestOf(input: RequestInput): Request {
  const result = parseRequest(input)
  if (!result.ok) throw new Error(`${result.member}: ${result.message}`)
  return result.request
}
