/** w6: AWS's six managed policies for Glue on one role, asked what Glue's users ask. */

import { readdirSync, readFileSync } from 'node:fs'
import type { RequestInput } from '@scopedown/engine'
import { requestCount } from '../contestants/contestant.ts'
import { random } from '../random.ts'
import { fromWire, policyOf } from '../rule.ts'
import type { Workload } from './workload.ts'

const folder = new URL('../../../packages/engine/fixtures/managed-policies/', import.meta.url)

const glue = 'arn:aws:glue:eu-west-1:123456789012'

export function w6(): Workload {
  const documents: { Document: object }[] = readdirSync(folder).map((file) =>
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
  )
  return {
    id: 'w6',
    title: "AWS's six managed policies for Glue",
    policies: { identity: documents.map(({ Document }) => policyOf(Document, 'identity')) },
    inputs: fromWire(asks()),
    others: [],
  }
}

function asks(): RequestInput[] {
  const source = random(6)
  const kinds: (() => Pick<RequestInput, 'action' | 'resource' | 'context'>)[] = [
    () => ({ action: 'glue:GetTable', resource: `${glue}:table/sales/${source.word(4, 10)}` }),
    () => ({
      action: 'glue:RunStatement',
      resource: `${glue}:session/${source.word(8, 8)}`,
      context: tagged('aws:ResourceTag/owner'),
    }),
    () => ({
      action: 'glue:CreateSession',
      resource: `${glue}:session/${source.word(8, 8)}`,
      context: tagged('aws:RequestTag/owner'),
    }),
    () => ({
      action: 's3:GetObject',
      resource: `arn:aws:s3:::${source.pick(['aws-glue-', 'company-'])}${source.word(4, 8)}/${source.word(4, 8)}`,
    }),
    () => ({
      action: 'logs:PutLogEvents',
      resource: `arn:aws:logs:eu-west-1:123456789012:log-group:/aws-glue/${source.word(4, 8)}`,
    }),
    () => ({
      action: 'iam:PassRole',
      resource: `arn:aws:iam::123456789012:role/${source.pick(['AWSGlueServiceRole-', 'Other-'])}${source.word(4, 8)}`,
      context: { 'iam:PassedToService': source.pick(['glue.amazonaws.com', 'ec2.amazonaws.com']) },
    }),
  ]
  const tagged = (key: string) => ({
    [key]: source.pick(['AIDAJQABLZS4A3QDU576Q', 'AIDAOTHER']),
    'aws:TagKeys': ['owner'],
  })
  return Array.from({ length: requestCount }, (): RequestInput => {
    const asked = source.pick(kinds)()
    return {
      principal: 'arn:aws:iam::123456789012:user/alice',
      ...asked,
      context: { 'aws:userid': 'AIDAJQABLZS4A3QDU576Q', 'aws:RequestedRegion': 'eu-west-1', ...asked.context },
    }
  })
}
