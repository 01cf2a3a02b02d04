import { expect, it } from 'vitest'
import { type ParseOptions, parsePolicy } from '../policy/parse.ts'
import { contextKeys } from './condition-keys.ts'

function policy(document: object, options: ParseOptions = {}) {
  const result = parsePolicy(JSON.stringify(document), options)
  if (!result.ok) throw new Error(result.diagnostics[0]?.message)
  return result.policy
}

const statement = {
  Effect: 'Allow',
  Action: '*',
  Resource: ['arn:aws:s3:::${aws:PrincipalTag/team}/${aws:username}/*'],
  Condition: {
    StringEquals: { 'aws:RequestedRegion': '${aws:PrincipalTag/Region}', 'AWS:username': 'a' },
    Null: { 'aws:TokenIssueTime': 'true' },
  },
}

it('lists the keys of conditions and variables once, in the first spelling met', () => {
  const keys = contextKeys([
    policy({ Version: '2012-10-17', Statement: [statement] }),
    policy({ Version: '2012-10-17', Statement: statement }),
  ])
  expect(keys).toEqual([
    'aws:RequestedRegion',
    'aws:PrincipalTag/Region',
    'AWS:username',
    'aws:TokenIssueTime',
    'aws:PrincipalTag/team',
  ])
})

it('finds no variables where the version has none', () => {
  expect(contextKeys([policy({ Statement: [statement] })])).toEqual([
    'aws:RequestedRegion',
    'AWS:username',
    'aws:TokenIssueTime',
  ])
})
