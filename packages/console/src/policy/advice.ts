/** What would have to change for a denied request to be allowed, as far as the explanation says. */

import { describeObstacle, describeWayOut, type Explanation, policyTypeTitles } from '@scopedown/engine'

export interface Advice {
  readonly text: string
  readonly details: readonly string[]
}

type Layer = Explanation['layers'][number]

export function adviceFor(explanation: Explanation): Advice[] {
  if (explanation.outcome === 'allowed') return []
  if (explanation.outcome === 'explicitDeny') {
    const denies = explanation.layers.filter(({ result }) => result === 'explicitDeny')
    return [...denies.flatMap(pastDenies), ...missingAllows(explanation)]
  }
  return missingAllows(explanation)
}

function missingAllows(explanation: Explanation): Advice[] {
  const { action, resource } = explanation.request
  return explanation.stillNeeded.map((type) => ({
    text: `${upperFirst(policyTypeTitles[type])} must allow ${action} on ${resource}.`,
    details: explanation.layers.filter((layer) => layer.type === type && layer.result !== 'allow').flatMap(nearest),
  }))
}

/** Each Deny that matched must be got past. A denial that was kept before the ways out were told has none to tell. */
function pastDenies({ type, policies }: Layer): Advice[] {
  return policies.flatMap(({ name, statements }) =>
    statements.flatMap(({ effect, matched, sid, index, waysOut }) => {
      if (effect !== 'Deny' || !matched) return []
      const deny = `The Deny ${sid ?? `statement ${index + 1}`} of ${name ?? 'a policy'} (${policyTypeTitles[type]})`
      if (waysOut === undefined) {
        return { text: `${deny} must no longer match. A Deny wins over every Allow.`, details: [] }
      }
      if (waysOut.length === 0) {
        const text = `${deny} applies whatever else the request has: only a change of the policy gets past it. A Deny wins over every Allow.`
        return { text, details: [] }
      }
      const any = waysOut.length === 1 ? '' : ' any one of these holds'
      return { text: `${deny} no longer applies if${any}:`, details: waysOut.map(describeWayOut) }
    }),
  )
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
