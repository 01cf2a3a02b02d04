/** What brings its own question and policies: an option beside it would be ignored, and is a mistake. */

import { Unusable } from '../unusable.ts'
import { type QuestionOptions, questionFlags } from './options.ts'

export function refuseQuestionBesideCases(options: QuestionOptions): void {
  refuseQuestionBeside(options, '--cases, whose cases carry their own')
}

export function refuseQuestionBeside(options: QuestionOptions, what: string): void {
  for (const name of Object.keys(questionFlags) as (keyof typeof questionFlags)[]) {
    if (options[name] === undefined) continue
    throw new Unusable(`scopedown: ${questionFlags[name]} cannot stand beside ${what}`)
  }
}
