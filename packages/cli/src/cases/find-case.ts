/** `explain --cases FILE --case NAME`: the first case of that name, explained. */

import { CaseRunner, type Explanation, printable } from '@scopedown/engine'
import { type Inputs, nameOf } from '../inputs.ts'
import { Unusable } from '../unusable.ts'
import { readCases } from './read-cases.ts'

export async function findCase(inputs: Inputs, source: string, name: string): Promise<Explanation> {
  for await (const cases of readCases(inputs, source)) {
    for (const { text, place } of cases) {
      const one = readObject(text)
      if (one === undefined) throw new Unusable(`scopedown: ${nameOf(source)}, ${place}: this is no JSON object`)
      if (one.name === name) return explainCase(one.request, text, `${nameOf(source)}, ${place}`)
    }
  }
  throw new Unusable(`scopedown: ${nameOf(source)} has no case named \`${printable(name)}\``)
}

function explainCase(request: unknown, text: string, where: string): Explanation {
  const prepared = new CaseRunner().prepare(request, text)
  if (prepared.program === undefined) throw new Unusable(`scopedown: ${where}: ${printable(prepared.message)}`)
  return prepared.program.explain(prepared.request)
}

function readObject(text: string): { readonly name?: unknown; readonly request?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
