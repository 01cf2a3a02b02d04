import { PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainTransfer, type FileOperation } from '../transfer-explain.ts'
import { bucket, type SftpTestServer, startSftpServer, tightTemplate } from './sftp-server.test-data.ts'

let server: SftpTestServer

beforeAll(async () => {
  server = await startSftpServer()
  await server.user('bob', { Policy: tightTemplate })
})
afterAll(() => server.remove())

const explain = (path: string, operation: FileOperation) =>
  explainTransfer({ data: server.data }, { user: 'bob', path, operation })

describe('transfer explain', () => {
  it('allows the own folder, naming both sides', async () => {
    const { outcome, place, questions } = await explain('report.csv', 'put')
    expect({ outcome, place }).toEqual({ outcome: 'allowed', place: `/${bucket}/bob/report.csv` })
    expect(questions).toMatchObject([{ action: 's3:PutObject', resource: `arn:aws:s3:::${bucket}/bob/report.csv` }])
    const sides = questions[0]?.explanation.layers.map(({ type, result }) => [type, result])
    expect(sides).toContainEqual(['identity', 'allow'])
    expect(sides).toContainEqual(['session', 'allow'])
  })

  it('says that it is the session policy that keeps another’s closed, and which statement came nearest', async () => {
    const { outcome, questions } = await explain('../alice/report.csv', 'get')
    expect(outcome).toBe('denied')
    const explanation = questions[0]?.explanation
    expect(explanation).toMatchObject({ outcome: 'implicitDeny', stillNeeded: ['session'] })
    expect(explanation?.layers.find(({ type }) => type === 'identity')?.result).toBe('allow')
    expect(
      explanation?.layers.find(({ type }) => type === 'session')?.policies[0]?.statements[0]?.stoppedBy,
    ).toMatchObject({
      element: 'Resource',
      wanted: [`arn:aws:s3:::${bucket}/bob/*`],
    })
  })

  it('names the bucket’s policy where it denies, and says that it cannot lend what the session lacks', async () => {
    const statement = (Effect: string, key: string) => ({
      Sid: `${Effect}Role`,
      Effect,
      Principal: { AWS: server.roleArn },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/${key}`,
    })
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [statement('Deny', 'bob/locked/*'), statement('Allow', 'alice/*')],
    })
    await server.s3(server.administrator).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
    const locked = (await explain('locked/x', 'get')).questions[0]?.explanation
    expect(locked).toMatchObject({
      outcome: 'explicitDeny',
      by: ['resource'],
      determining: [{ type: 'resource', statement: 0, sid: 'DenyRole' }],
    })
    expect(locked?.layers.find(({ type }) => type === 'session')?.result).toBe('allow')
    const lent = (await explain('../alice/x', 'get')).questions[0]?.explanation
    expect(lent).toMatchObject({ outcome: 'implicitDeny', stillNeeded: ['session'] })
    expect(lent?.layers.find(({ type }) => type === 'resource')?.result).toBe('allow')
    expect((await explain('open/x', 'get')).outcome).toBe('allowed')
  })

  it('says what the home directory decides by itself', async () => {
    expect(await explain('/file', 'put')).toMatchObject({
      outcome: 'denied',
      reason: expect.stringContaining('home mapping'),
    })
    await expect(
      explainTransfer({ data: server.data }, { user: 'nobody', path: '.', operation: 'list' }),
    ).rejects.toThrow('no server has a user')
  })
})
