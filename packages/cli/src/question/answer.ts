/** The short answer of `check`: the decision, who decided, AWS's sentence, and what is still needed. */

import { type Explanation, policyTypeTitles, printable, type StatementReference } from '@scopedown/engine'

/** For programs; a subset of what `explain --json` gives. */
export function answerJson(explanation: Explanation): string {
  const { outcome, by, message, determining, stillNeeded, conditionKeys } = explanation
  return JSON.stringify({
    decision: outcome,
    by,
    message,
    determining: determining.map(({ type, level, policyName, statement, sid, effect, span }) => {
      return { type, level, policy: policyName, statement, sid, effect, line: span.line, column: span.column }
    }),
    stillNeeded,
    missingContextKeys: conditionKeys.missing,
  })
}

export function answerText(explanation: Explanation, colour: boolean): string[] {
  const { outcome, by, message, determining, stillNeeded, conditionKeys } = explanation
  const paint = (text: string, code: number) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const lines = [paint(outcome, outcome === 'allowed' ? 32 : 31) + (by.length === 0 ? '' : ` by ${by.join(', ')}`)]
  if (message !== undefined) lines.push(printable(message))
  if (determining.length > 0) lines.push('', 'decided by:', ...determining.map((one) => `  ${statementLine(one)}`))
  if (stillNeeded.length > 0) {
    lines.push('', `still needed: an Allow in ${stillNeeded.map((type) => policyTypeTitles[type]).join(' and in ')}`)
  }
  if (outcome !== 'allowed' && conditionKeys.missing.length > 0) {
    lines.push(`condition keys the request lacks: ${conditionKeys.missing.map(printable).join(', ')}`)
  }
  return lines
}

function statementLine({ type, policy, policyName, statement, sid, effect, span }: StatementReference): string {
  const name = sid === undefined ? `statement ${statement + 1}` : `${printable(sid)}`
  return `${effect} ${name} in ${printable(policyName ?? `policy ${policy + 1}`)}:${span.line}:${span.column} (${policyTypeTitles[type]})`
}
