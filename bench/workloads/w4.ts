/** w4: five layers at once: identity, boundary, session, service control policies on two levels, resource. */

import type { RequestInput } from '@scopedown/engine'
import { requestCount } from '../contestants/contestant.ts'
import { random } from '../random.ts'
import { fromWire, policyOf } from '../rule.ts'
import type { Workload } from './workload.ts'

const version = '2012-10-17'
const data = 'arn:aws:s3:::company-lake'

const identity = {
  Version: version,
  Statement: [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `${data}/*` },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: data },
    { Effect: 'Allow', Action: ['glue:Get*', 'glue:BatchGet*'], Resource: '*' },
  ],
}
const boundary = {
  Version: version,
  Statement: [
    { Effect: 'Allow', Action: ['s3:*', 'glue:*'], Resource: '*' },
    { Effect: 'Deny', Action: 's3:*', Resource: `${data}/audit/*` },
  ],
}
const session = {
  Version: version,
  Statement: [
    { Effect: 'Allow', Action: 's3:*', Resource: [`${data}/sales/*`, `${data}/audit/*`, data] },
    {
      Effect: 'Allow',
      Action: 'glue:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    },
  ],
}
const root = { Version: version, Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const account = {
  Version: version,
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Effect: 'Deny',
      NotAction: ['iam:*', 'sts:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
    },
  ],
}
const bucket = {
  Version: version,
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: `${data}/*`,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:role/Loader' },
      Action: 's3:PutObject',
      Resource: `${data}/landing/*`,
    },
  ],
}

export function w4(): Workload {
  const source = random(4)
  const inputs = Array.from(
    { length: requestCount },
    (): RequestInput => ({
      principal: 'arn:aws:sts::123456789012:assumed-role/Analyst/alice',
      action: source.next() < 0.8 ? 's3:GetObject' : 's3:PutObject',
      resource: `${data}/${source.next() < 0.9 ? 'sales' : source.pick(['audit', 'landing', 'hr'])}/${source.word(4, 12)}.parquet`,
      context: {
        'aws:RequestedRegion': source.next() < 0.95 ? 'eu-west-1' : 'us-east-1',
        'aws:SecureTransport': source.next() < 0.97,
        'aws:SourceIp': '10.1.2.3',
      },
    }),
  )
  return {
    id: 'w4',
    title: 'five layers: identity, boundary, session, SCPs on two levels, resource',
    policies: {
      identity: [policyOf(identity, 'identity')],
      boundary: policyOf(boundary, 'boundary'),
      session: [policyOf(session, 'session')],
      scps: [[policyOf(root, 'scp')], [policyOf(account, 'scp')]],
      resource: policyOf(bucket, 'resource'),
    },
    inputs: fromWire(inputs),
    others: [],
  }
}
