/** The five layers side by side, those that are not there too, and what they come to. */

import { type Explanation, type PolicyType, policyTypeTitles } from '@scopedown/engine'
import { Outcome } from './words.tsx'

type Layer = Explanation['layers'][number]

/** Who asked: a call of this server, a principal of the access map, a login's session, the playground. */
export type Asked = 'call' | 'principal' | 'session' | 'playground'

const results = {
  allow: ['✓', 'allows', 'allow'],
  implicitDeny: ['✗', 'does not allow', 'implicitDeny'],
  explicitDeny: ['⊘', 'denies', 'explicitDeny'],
  notApplicable: ['–', 'does not apply', 'idle'],
} as const

/** What a layer comes to: sign, words, the name of its look. */
export function resultOf({ result }: Layer, { outcome }: Explanation): readonly [string, string, string] {
  if (result === 'implicitDeny' && outcome === 'allowed') return ['–', 'does not allow, and need not', 'idle']
  return results[result]
}

const always: readonly PolicyType[] = ['identity', 'boundary', 'session', 'resource', 'scp']

/** Why a layer is not there. */
function absence(type: PolicyType, asked: Asked): string {
  if (asked === 'playground') return 'none on this board'
  switch (type) {
    case 'identity':
      return 'the caller has none'
    case 'boundary':
      return 'none is set'
    case 'session':
      return asked === 'call' ? 'none came with the session' : 'none is given'
    case 'resource':
      return 'the resource has none'
    default:
      return 'none: this server has no organizations'
  }
}

/** The cards below bear the whole titles. */
const shortTitles: Readonly<Record<PolicyType, string>> = {
  identity: 'Identity',
  boundary: 'Boundary',
  session: 'Session',
  resource: 'Resource',
  scp: 'SCP',
  rcp: 'RCP',
  endpoint: 'VPC endpoint',
}

export function titleOf({ type, level }: Layer): string {
  return policyTypeTitles[type] + (type === 'scp' || type === 'rcp' ? `, level ${level + 1}` : '')
}

interface Props {
  readonly explanation: Explanation
  readonly asked: Asked
  readonly onOpen: (layer: Layer) => void
}

export function Picture({ explanation, asked, onOpen }: Props) {
  const { layers, outcome } = explanation
  const extra = layers.flatMap(({ type }) => (always.includes(type) ? [] : [type]))
  const types = [...always, ...new Set(extra)]
  return (
    <ol class="picture" aria-label="Layers, side by side">
      {types.flatMap((type) => {
        const there = layers.filter((layer) => layer.type === type)
        if (there.length === 0) {
          return (
            <li key={type} class="box box-absent">
              <span class="box-title">{shortTitles[type]}</span>
              <span>
                <span aria-hidden="true">– </span>
                {absence(type, asked)}
              </span>
            </li>
          )
        }
        return there.map((layer) => {
          const [sign, word, look] = resultOf(layer, explanation)
          return (
            <li key={`${type}${layer.level}`} class={`box layer-${look}`}>
              <button type="button" class="box-title" onClick={() => onOpen(layer)}>
                {shortTitles[type]}
                {there.length > 1 && `, level ${layer.level + 1}`}
              </button>
              <span class="layer-result">
                <span aria-hidden="true">{sign}</span> {word}
              </span>
            </li>
          )
        })
      })}
      <li class="box box-verdict">
        <span class="box-title">Together</span>
        <Outcome outcome={outcome} />
      </li>
    </ol>
  )
}
