/** casbin: its synchronous enforcer, rules in memory, prefixes by keyMatch. https://casbin.org/docs/supported-models */

import { newEnforcer, newModelFromString } from 'casbin'
import type { Ask, Rule } from '../rule.ts'
import { type Contestant, wrap } from './contestant.ts'

const model = (withPrincipal: boolean, withVpc: boolean): string => `
[request_definition]
r = sub, act, obj, vpc

[policy_definition]
p = sub, act, obj, vpc, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = ${withPrincipal ? 'r.sub == p.sub && ' : ''}r.act == p.act && keyMatch(r.obj, p.obj)${
  withVpc ? ' && (p.vpc == "*" || r.vpc == p.vpc)' : ''
}
`

export async function casbin(rules: readonly Rule[], asks: readonly Ask[]): Promise<Contestant> {
  const [withPrincipal, withVpc] = [rules.some((rule) => rule.principal), rules.some((rule) => rule.vpc)]
  const enforcer = await newEnforcer(newModelFromString(model(withPrincipal, withVpc)))
  await enforcer.addPolicies(
    rules.map((rule) => [
      rule.principal ?? '*',
      rule.action,
      `${rule.prefix}*`,
      rule.vpc ?? '*',
      rule.effect.toLowerCase(),
    ]),
  )
  const allows = ({ principal, action, resource, context }: Ask): boolean =>
    enforcer.enforceSync(principal, action, resource, context['aws:SourceVpc'])
  return {
    name: 'casbin, synchronous',
    answers: () => asks.map(allows),
    run: (count) => {
      let allowed = 0
      for (let index = 0; index < count; index += 1) if (allows(asks[index & wrap] as Ask)) allowed += 1
      return allowed
    },
  }
}
