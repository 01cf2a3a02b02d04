/**
 * w5: one Transfer Family user: the shared role's policy and the session policy of AWS's page on dynamic permission
 * management, its variables put in at sign-in, or left to the engine as policy variables.
 */

import type { RequestInput } from '@scopedown/engine'
import { requestCount } from '../contestants/contestant.ts'
import { random } from '../random.ts'
import { fromWire, policyOf } from '../rule.ts'
import type { Workload } from './workload.ts'

const bucket = 'arn:aws:s3:::company-transfers'
const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']

const role = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: actions, Resource: `${bucket}/*` },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket },
  ],
}

const session = (user: string): object => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: actions, Resource: `${bucket}/${user}/*` },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: bucket,
      Condition: { StringLike: { 's3:prefix': [`${user}/*`, user] } },
    },
  ],
})

export function w5(): Workload[] {
  const inputs = fromWire(asks())
  const of = (id: string, title: string, user: string): Workload => ({
    id,
    title,
    policies: { identity: [policyOf(role, 'identity')], session: [policyOf(session(user), 'session')] },
    inputs,
    others: [],
  })
  return [
    of('w5', 'a Transfer session policy, variables put in at sign-in', 'alice'),
    of('w5v', 'the same, variables read in every request', `\${transfer:UserName}`),
  ]
}

function asks(): RequestInput[] {
  const source = random(5)
  return Array.from({ length: requestCount }, (): RequestInput => {
    const owner = source.next() < 0.9 ? 'alice' : source.pick(['bob', 'charlie'])
    const lists = source.next() < 0.2
    return {
      principal:
        'arn:aws:sts::123456789012:assumed-role/TransferRole-Shared/alice.9ca9a0e1cec6ad9d@s-01234567890abcdef',
      action: lists ? 's3:ListBucket' : source.pick(actions),
      resource: lists ? bucket : `${bucket}/${owner}/${source.word(4, 8)}/${source.word(4, 12)}.csv`,
      context: { 'transfer:UserName': 'alice', ...(lists ? { 's3:prefix': `${owner}/${source.word(4, 8)}/` } : {}) },
    }
  })
}
