/** w1: two statements, one condition. */

import { casbin } from '../contestants/casbin.ts'
import { casl } from '../contestants/casl.ts'
import { cedar } from '../contestants/cedar.ts'
import { type Contestant, requestCount, wrap } from '../contestants/contestant.ts'
import { random } from '../random.ts'
import { type Ask, fromWire, policyOf, policyText, type Rule } from '../rule.ts'
import type { Workload } from './workload.ts'

const bucket = 'arn:aws:s3:::company-reports/'
const vpc = 'vpc-0a1b2c3d4e5f60718'

const rules: readonly Rule[] = [
  { effect: 'Allow', action: 's3:GetObject', prefix: bucket, vpc },
  { effect: 'Deny', action: 's3:GetObject', prefix: `${bucket}payroll/` },
]

export async function w1(): Promise<Workload> {
  const asks = fromWire(askers())
  return {
    id: 'w1',
    title: 'two statements, one condition',
    policies: { identity: [policyOf(policyText(rules), 'identity')] },
    inputs: asks,
    others: [byHand(asks), casl(rules, asks), await casbin(rules, asks), cedar('w1', rules, asks)],
  }
}

function askers(): Ask[] {
  const source = random(1)
  return Array.from({ length: requestCount }, () => ({
    principal: 'arn:aws:iam::123456789012:user/alice',
    action: source.next() < 0.95 ? 's3:GetObject' : 's3:PutObject',
    resource: `${source.next() < 0.95 ? bucket : 'arn:aws:s3:::company-other/'}${source.next() < 0.1 ? 'payroll' : '2026'}/${source.word(4, 12)}.pdf`,
    context: { 'aws:SourceVpc': source.next() < 0.8 ? vpc : 'vpc-0ffffffffffffffff' },
  }))
}

function byHand(asks: readonly Ask[]): Contestant {
  const payroll = `${bucket}payroll/`
  const allows = ({ action, resource, context }: Ask): boolean =>
    action === 's3:GetObject' &&
    resource.startsWith(bucket) &&
    context['aws:SourceVpc'] === vpc &&
    !resource.startsWith(payroll)
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
