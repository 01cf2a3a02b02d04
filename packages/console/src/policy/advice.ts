/** What would have to change for a denied request to be allowed, as far as the explanation says. */

import { describeObstacle, type Explanation, policyTypeTitles } from '@scopedown/engine'

export interface Advice {
  readonly text: string
  readonly details: readonly string[]
}

type Layer = Explanation['layers'][number]

export function adviceFor(explanation: Explanation): Advice[] {
  if (explanation.outcome === 'allowed') return []
  if (explanation.outcome === 'explicitDeny') {
    const denies = explanation.determining.filter(({ effect }) => effect === 'Deny')
    return denies.map(({ sid, statement, policyName, type }) => ({
      text: `The Deny ${sid ?? `statement ${statement + 1}`} of ${policyName ?? 'a policy'} (${policyTypeTitles[type]}) must no longer match. A Deny wins over every Allow.`,
      details: [],
    }))
  }
  const { action, resource } = explanation.request
  return explanation.stillNeeded.map((type) => ({
    text: `${upperFirst(policyTypeTitles[type])} must allow ${action} on ${resource}.`,
    details: explanation.layers.filter((layer) => layer.type === type && layer.result !== 'allow').flatMap(nearest),
  }))
}

const order = ['Condition', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Action', 'NotAction']
const shown = 3

/** The statements that came closest: what stopped them is checked last. */
function nearest({ policies }: Layer): string[] {
  const found = policies.flatMap(({ name, statements }) =>
    statements.flatMap(({ effect, sid, index, stoppedBy }) => {
      if (effect !== 'Allow' || stoppedBy === undefined || stoppedBy.element.endsWith('Action')) return []
      const rank = order.indexOf(stoppedBy.element)
      const title = `${sid ?? `statement ${index + 1}`}${name === undefined ? '' : ` of ${name}`}`
      return [{ rank, text: `Allow ${title} would match but for this: ${describeObstacle(stoppedBy)}` }]
    }),
  )
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, shown)
    .map(({ text }) => text)
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
