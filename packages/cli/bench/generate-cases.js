// Writes N cases as JSON Lines: one of 200 policy sets each, as a fleet's log has them. Usage: node generate-cases.js [N]

import { once } from 'node:events'

const count = Number(process.argv[2] ?? 500_000)
const sets = 200
const account = '123456789012'

const policiesOf = (set) => {
  const team = `team-${set}`
  const allow = (Action, Resource, Condition) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  })
  const document = (...Statement) => ({ Version: '2012-10-17', Statement })
  return {
    identity: [
      document(
        allow(['s3:GetObject', 's3:PutObject'], `arn:aws:s3:::reports/${team}/*`),
        allow('s3:ListBucket', 'arn:aws:s3:::reports', { StringLike: { 's3:prefix': `${team}/*` } }),
        { Effect: 'Deny', Action: 's3:*', Resource: `arn:aws:s3:::reports/${team}/closed/*` },
      ),
    ],
    boundary: document(allow('s3:*', '*')),
    ...(set % 2 === 0 && {
      session: [document(allow('s3:GetObject', `arn:aws:s3:::reports/${team}/\${aws:username}/*`))],
    }),
  }
}

const policies = Array.from({ length: sets }, (_, set) => JSON.stringify(policiesOf(set)))

/** The same answers by arithmetic, so that the run also checks them. */
const expected = (index, set) => {
  if (index % 7 === 0) return 'explicitDeny'
  if (set % 2 === 0) return index % 3 === 0 ? 'allowed' : 'implicitDeny'
  return 'allowed'
}

let batch = ''
for (let index = 0; index < count; index += 1) {
  const set = (index * 7919) % sets
  const folder = index % 7 === 0 ? 'closed' : index % 3 === 0 ? `user-${index % 50}` : 'shared'
  const request = JSON.stringify({
    principal: `arn:aws:iam::${account}:user/user-${index % 50}`,
    action: 's3:GetObject',
    resource: `arn:aws:s3:::reports/team-${set}/${folder}/file-${index}.csv`,
    context: { 'aws:SourceIp': `10.0.${index % 256}.7`, 'aws:SecureTransport': true },
  })
  batch += `{"name":"case ${index}","request":${request},"policies":${policies[set]},"expect":{"decision":"${expected(index, set)}"}}\n`
  if (batch.length < 256 * 1024 && index < count - 1) continue
  if (!process.stdout.write(batch)) await once(process.stdout, 'drain')
  batch = ''
}
