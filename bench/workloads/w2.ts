/** w2: 95 teams' folders allowed, five folders inside them denied. */

import { casbin } from '../contestants/casbin.ts'
import { casl } from '../contestants/casl.ts'
import { cedar } from '../contestants/cedar.ts'
import { type Contestant, requestCount, wrap } from '../contestants/contestant.ts'
import { random, words } from '../random.ts'
import { type Ask, fromWire, policyOf, policyText, type Rule } from '../rule.ts'
import type { Workload } from './workload.ts'

const lake = 'arn:aws:s3:::company-lake/'
const source = random(2)
const teams = words(source, 95, 5, 10)
const secret = teams.slice(0, 5).map((team) => `${lake}${team}/secret/`)

export const w2Rules: readonly Rule[] = [
  ...teams.map((team): Rule => ({ effect: 'Allow', action: 's3:GetObject', prefix: `${lake}${team}/` })),
  ...secret.map((prefix): Rule => ({ effect: 'Deny', action: 's3:GetObject', prefix })),
]

export async function w2(): Promise<Workload> {
  const asks = fromWire(askers())
  return {
    id: 'w2',
    title: '95 Allow and 5 Deny, a prefix each',
    policies: { identity: [policyOf(policyText(w2Rules), 'identity')] },
    inputs: asks,
    others: [byHand(asks), casl(w2Rules, asks), await casbin(w2Rules, asks), cedar('w2', w2Rules, asks)],
  }
}

function askers(): Ask[] {
  return Array.from({ length: requestCount }, () => {
    const prefix = source.next() < 0.1 ? source.pick(secret) : `${lake}${source.pick(teams)}/`
    return {
      principal: 'arn:aws:iam::123456789012:user/alice',
      action: 's3:GetObject',
      resource: `${source.next() < 0.9 ? prefix : `${lake}${source.word(5, 10)}/`}${source.word(4, 8)}/${source.word(4, 12)}.parquet`,
      context: { 'aws:SourceVpc': 'vpc-0a1b2c3d4e5f60718' },
    }
  })
}

/** Knows what no policy says: that a prefix ends at the first slash behind the bucket, and that a team has one secret at most. */
function byHand(asks: readonly Ask[]): Contestant {
  const secrets = new Map(teams.map((team, index) => [`${lake}${team}/`, secret[index]]))
  const allows = ({ action, resource }: Ask): boolean => {
    if (action !== 's3:GetObject') return false
    const folder = resource.slice(0, resource.indexOf('/', lake.length) + 1)
    if (!secrets.has(folder)) return false
    const denied = secrets.get(folder)
    return denied === undefined || !resource.startsWith(denied)
  }
  return {
    name: 'hand-written JavaScript',
    answers: () => asks.map(allows),
    run: (count) => {
      let allowed = 0
      for (let index = 0; index < count; index += 1) if (allows(asks[index & wrap] as Ask)) allowed += 1
      return allowed
    },
  }
}
