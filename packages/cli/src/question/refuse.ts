/** `--cases` brings its own questions and policies: an option that would be ignored is a mistake. */

import { Unusable } from '../unusable.ts'
import { type QuestionOptions, questionFlags } from './options.ts'

export function refuseQuestionBesideCases(options: QuestionOptions): void {
  for (const name of Object.keys(questionFlags) as (keyof typeof questionFlags)[]) {
    if (options[name] === undefined) continue
    throw new Unusable(`scopedown: ${questionFlags[name]} cannot stand beside --cases, whose cases carry their own`)
  }
}
