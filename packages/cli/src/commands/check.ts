/** `scopedown check`: one question, or every case of a stream. */

import { Command } from 'commander'
import { checkCases } from '../cases/check-cases.ts'
import type { Invocation } from '../invocation.ts'
import { wantsColour } from '../io.ts'
import { answerJson, answerText } from '../question/answer.ts'
import { addQuestionOptions, type QuestionOptions, questionNotes } from '../question/options.ts'
import { readQuestion } from '../question/read-question.ts'
import { refuseQuestionBesideCases } from '../question/refuse.ts'
import { exitStatus } from '../unusable.ts'

interface CheckOptions extends QuestionOptions {
  readonly cases?: string
  readonly json?: true
}

const notes = `${questionNotes}
Cases:
  --cases reads a JSON array of cases, or one case per line, and prints one JSON line per case, in order;
  standard error gets the count. A case is {"name", "request", "policies", "expect"}: see docs/cases.md.

Exit status:
  0  allowed; with --cases: every expectation held
  1  denied; with --cases: an expectation failed
  2  the input could not be used

Examples:
  scopedown check --principal arn:aws:iam::123456789012:user/ana --action s3:GetObject \\
    --resource arn:aws:s3:::reports/june.csv --identity ana.json
  scopedown check … --boundary boundary.json --context aws:SourceIp=203.0.113.7 --json
  scopedown check --cases cases.json
  generate-cases | scopedown check --cases -
`

export function checkCommand(invocation: Invocation): Command {
  const command = new Command('check')
    .description('decide one question, or every case of a file')
    .option('--cases <file>', 'decide every case of a file, or of `-`, instead of one question')
    .option('--json', 'print the answer as JSON')
  return addQuestionOptions(command)
    .addHelpText('after', notes)
    .action(async (options: CheckOptions) => {
      if (options.cases !== undefined) {
        refuseQuestionBesideCases(options)
        invocation.status = await checkCases(invocation, options.cases)
        return
      }
      const { program, request } = await readQuestion(invocation.inputs, options)
      const explanation = program.explain(request)
      if (options.json) invocation.print(answerJson(explanation))
      else invocation.print(...answerText(explanation, wantsColour(invocation.io)))
      invocation.status = explanation.outcome === 'allowed' ? exitStatus.allowed : exitStatus.denied
    })
}
