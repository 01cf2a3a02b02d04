/**
 * `scopedown explain`: every statement of every policy, and the first thing that stopped it, as a tree; of a question from
 * files, or of a denial that a running server keeps.
 */

import { type Explanation, printable, renderExplanation } from '@scopedown/engine'
import { Command } from 'commander'
import { findCase } from '../cases/find-case.ts'
import type { Invocation } from '../invocation.ts'
import { wantsColour } from '../io.ts'
import { addQuestionOptions, type QuestionOptions, questionNotes } from '../question/options.ts'
import { readQuestion } from '../question/read-question.ts'
import { refuseQuestionBeside, refuseQuestionBesideCases } from '../question/refuse.ts'
import { explanationOf as askServer } from '../server/ask-server.ts'
import { findAccessKey } from '../server/credentials.ts'
import { addServerOptions, type ServerOptions, serverAddress, serverOptionFlags } from '../server/flags.ts'
import { exitStatus, Unusable } from '../unusable.ts'

interface ExplainOptions extends QuestionOptions, ServerOptions {
  readonly cases?: string
  readonly case?: string
  readonly json?: true
}

const notes = `${questionNotes}
Colour is used on a terminal; NO_COLOR turns it off, FORCE_COLOR on.

With an authorization id, as it stands at the end of every denial, the running server is asked instead
(GetRequestAuthorizationDetails; whoever asks needs iam:GetRequestAuthorizationDetails).

Exit status:
  0  allowed
  1  denied
  2  the input could not be used, or the server gave no explanation

Examples:
  scopedown explain --principal arn:aws:iam::123456789012:user/ana --action s3:GetObject \\
    --resource arn:aws:s3:::reports/june.csv --identity ana.json
  scopedown explain --cases cases.json --case 'ana reads her report'
  scopedown explain 7x0k2m… --data /tmp/scopedown
`

export function explainCommand(invocation: Invocation): Command {
  const command = new Command('explain')
    .description('show the full reasoning behind a decision')
    .argument('[authorization-id]', 'of a denial by a running server')
    .option('--cases <file>', 'explain a case of this file, or of `-`, named by --case')
    .option('--case <name>', 'the name of the case')
    .option('--json', 'print the explanation as JSON')
  return addServerOptions(addQuestionOptions(command))
    .addHelpText('after', notes)
    .action(async (id: string | undefined, options: ExplainOptions) => {
      const explanation =
        id === undefined ? await explanationOf(invocation, options) : await keptExplanation(invocation, id, options)
      if (options.json) invocation.print(JSON.stringify(explanation))
      else invocation.io.stdout.write(renderExplanation(explanation, { colour: wantsColour(invocation.io) }))
      invocation.status = explanation.outcome === 'allowed' ? exitStatus.allowed : exitStatus.denied
    })
}

async function keptExplanation(invocation: Invocation, id: string, options: ExplainOptions): Promise<Explanation> {
  if (!/^[0-9a-z]{1,256}$/.test(id)) {
    throw new Unusable(
      `scopedown: \`${printable(id)}\` is no authorization id: it has lower-case letters and digits only`,
    )
  }
  refuseQuestionBeside(options, 'an authorization id, which stands for a question')
  if (options.cases !== undefined || options.case !== undefined) {
    throw new Unusable('scopedown: --cases and --case cannot stand beside an authorization id')
  }
  return askServer(id, serverAddress(options, invocation.io.env), await findAccessKey(invocation, options))
}

async function explanationOf(invocation: Invocation, options: ExplainOptions): Promise<Explanation> {
  for (const name of Object.keys(serverOptionFlags) as (keyof typeof serverOptionFlags)[]) {
    if (options[name] === undefined) continue
    throw new Unusable(`scopedown: ${serverOptionFlags[name]} is for an authorization id, and none is given`)
  }
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
