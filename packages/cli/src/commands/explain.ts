/** `scopedown explain`: every statement of every policy, and the first thing that stopped it, as a tree. */

import { type Explanation, renderExplanation } from '@scopedown/engine'
import { Command } from 'commander'
import { findCase } from '../cases/find-case.ts'
import type { Invocation } from '../invocation.ts'
import { wantsColour } from '../io.ts'
import { addQuestionOptions, type QuestionOptions, questionNotes } from '../question/options.ts'
import { readQuestion } from '../question/read-question.ts'
import { refuseQuestionBesideCases } from '../question/refuse.ts'
import { exitStatus, Unusable } from '../unusable.ts'

interface ExplainOptions extends QuestionOptions {
  readonly cases?: string
  readonly case?: string
  readonly json?: true
}

const notes = `${questionNotes}
Colour is used on a terminal; NO_COLOR turns it off, FORCE_COLOR on.

Exit status:
  0  allowed
  1  denied
  2  the input could not be used

Examples:
  scopedown explain --principal arn:aws:iam::123456789012:user/ana --action s3:GetObject \\
    --resource arn:aws:s3:::reports/june.csv --identity ana.json
  scopedown explain --cases cases.json --case 'ana reads her report'
`

export function explainCommand(invocation: Invocation): Command {
  const command = new Command('explain')
    .description('show the full reasoning behind a decision')
    .option('--cases <file>', 'explain a case of this file, or of `-`, named by --case')
    .option('--case <name>', 'the name of the case')
    .option('--json', 'print the explanation as JSON')
  return addQuestionOptions(command)
    .addHelpText('after', notes)
    .action(async (options: ExplainOptions) => {
      const explanation = await explanationOf(invocation, options)
      if (options.json) invocation.print(JSON.stringify(explanation))
      else invocation.io.stdout.write(renderExplanation(explanation, { colour: wantsColour(invocation.io) }))
      invocation.status = explanation.outcome === 'allowed' ? exitStatus.allowed : exitStatus.denied
    })
}

async function explanationOf(invocation: Invocation, options: ExplainOptions): Promise<Explanation> {
  if (options.cases === undefined && options.case === undefined) {
    const { program, request } = await readQuestion(invocation.inputs, options)
    return program.explain(request)
  }
  if (options.cases === undefined)
    throw new Unusable('scopedown: --case needs --cases FILE, the file that has the case')
  if (options.case === undefined) throw new Unusable('scopedown: --cases needs --case NAME, the case to explain')
  refuseQuestionBesideCases(options)
  return findCase(invocation.inputs, options.cases, options.case)
}
