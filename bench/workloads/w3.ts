/** w3: a bucket policy with as many statements as users, each with a principal and a prefix of its own; any user may ask. */

import { casbin } from '../contestants/casbin.ts'
import { casl, caslPerCaller } from '../contestants/casl.ts'
import { cedar } from '../contestants/cedar.ts'
import { type Contestant, requestCount, wrap } from '../contestants/contestant.ts'
import { random, words } from '../random.ts'
import { type Ask, fromWire, policyOf, policyText, type Rule } from '../rule.ts'
import type { Workload } from './workload.ts'

const homes = 'arn:aws:s3:::company-homes/'
const userArn = (name: string): string => `arn:aws:iam::123456789012:user/${name}`

export interface Homes {
  readonly rules: readonly Rule[]
  readonly asks: readonly Ask[]
}

/** Nine of ten ask for their own prefix, one for another's. */
export function homesOf(count: number, seed = 3): Homes {
  const source = random(seed)
  const names = words(source, count, 5, 12)
  const rules = names.map(
    (name): Rule => ({ effect: 'Allow', principal: userArn(name), action: 's3:GetObject', prefix: `${homes}${name}/` }),
  )
  const asks = Array.from({ length: requestCount }, () => {
    const name = source.pick(names)
    const owner = source.next() < 0.9 ? name : source.pick(names)
    return {
      principal: userArn(name),
      action: 's3:GetObject',
      resource: `${homes}${owner}/${source.word(4, 8)}/${source.word(4, 12)}.csv`,
      context: { 'aws:SourceVpc': 'vpc-0a1b2c3d4e5f60718' },
    }
  })
  return { rules, asks: fromWire(asks) }
}

export async function w3(): Promise<Workload> {
  const { rules, asks } = homesOf(10_000)
  return {
    id: 'w3',
    title: '10,000 statements, a principal and a prefix each, random askers',
    policies: { resource: policyOf(policyText(rules), 'resource') },
    inputs: asks,
    others: [
      byHand(rules, asks),
      casl(rules, asks),
      caslPerCaller(rules, asks),
      await casbin(rules, asks),
      cedar('w3', rules, asks),
    ],
  }
}

export function byHand(rules: readonly Rule[], asks: readonly Ask[]): Contestant {
  const prefixes = new Map(rules.map(({ principal, prefix }) => [principal, prefix]))
  const allows = ({ principal, action, resource }: Ask): boolean => {
    const prefix = prefixes.get(principal)
    return prefix !== undefined && action === 's3:GetObject' && resource.startsWith(prefix)
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
