/**
 * CASL: one ability with all rules, as data (Mongo conditions), which is the documented way to store them.
 * The last rule that matches decides in CASL, so denials go last. https://casl.js.org/v7/en/guide/define-rules
 */

import { createMongoAbility, type MongoAbility, type MongoQuery, type RawRuleOf, subject } from '@casl/ability'
import type { Ask, Rule } from '../rule.ts'
import { type Contestant, wrap } from './contestant.ts'

type Thing = { principal: string; resource: string; vpc: string }
type Abilities = [string, 'Object' | (Thing & { readonly __caslSubjectType__: 'Object' })]
type Ability = MongoAbility<Abilities, MongoQuery>

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

export function casl(rules: readonly Rule[], asks: readonly Ask[]): Contestant {
  const ability = abilityOf(rules)
  return contestant('@casl/ability, one ability', asks, () => ability)
}

/** What one does with CASL where callers are many: an ability for each, found by a Map. */
export function caslPerCaller(rules: readonly Rule[], asks: readonly Ask[]): Contestant {
  const byCaller = new Map<string, Rule[]>()
  for (const rule of rules) {
    const caller = rule.principal ?? ''
    byCaller.set(caller, [...(byCaller.get(caller) ?? []), rule])
  }
  const abilities = new Map([...byCaller].map(([caller, own]) => [caller, abilityOf(own)]))
  const nothing = abilityOf([])
  return contestant('@casl/ability, one ability a caller', asks, (caller) => abilities.get(caller) ?? nothing)
}

function abilityOf(rules: readonly Rule[]): Ability {
  const ordered = [
    ...rules.filter((rule) => rule.effect === 'Allow'),
    ...rules.filter((rule) => rule.effect === 'Deny'),
  ]
  const raw = ordered.map((rule) => ({
    action: rule.action,
    subject: 'Object',
    inverted: rule.effect === 'Deny',
    conditions: {
      ...(rule.principal === undefined ? {} : { principal: rule.principal }),
      resource: { $regex: `^${escaped(rule.prefix)}` },
      ...(rule.vpc === undefined ? {} : { vpc: rule.vpc }),
    },
  }))
  return createMongoAbility<Abilities>(raw as RawRuleOf<Ability>[])
}

function contestant(name: string, asks: readonly Ask[], abilityFor: (caller: string) => Ability): Contestant {
  const questions = asks.map(({ principal, action, resource, context }) => ({
    principal,
    action,
    thing: subject('Object', { principal, resource, vpc: context['aws:SourceVpc'] }),
  }))
  const allows = ({ principal, action, thing }: (typeof questions)[number]): boolean =>
    abilityFor(principal).can(action, thing)
  return {
    name,
    answers: () => questions.map(allows),
    run: (count) => {
      let allowed = 0
      for (let index = 0; index < count; index += 1) {
        if (allows(questions[index & wrap] as (typeof questions)[number])) allowed += 1
      }
      return allowed
    },
  }
}
