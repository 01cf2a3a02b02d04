/** The cases of a file or of standard input: a batch of them for each chunk that arrives. */

import { type Inputs, nameOf } from '../inputs.ts'
import { Unusable } from '../unusable.ts'
import { CaseSplitter, type CaseText } from './case-splitter.ts'

export async function* readCases(inputs: Inputs, source: string): AsyncGenerator<Iterable<CaseText>> {
  const splitter = new CaseSplitter()
  for await (const chunk of inputs.chunks(source)) yield named(splitter.push(chunk), source)
  yield named(splitter.end(), source)
}

/** The splitter knows what is wrong; the source's name is added here. */
function* named(cases: Iterable<CaseText>, source: string): Generator<CaseText> {
  try {
    yield* cases
  } catch (error) {
    if (error instanceof Unusable) throw new Unusable(`scopedown: cannot read ${nameOf(source)}: ${error.message}`)
    throw error
  }
}
