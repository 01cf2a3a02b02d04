/** A server with its administrator's IAM client, and what several test files say alike. */

import { CreateAccessKeyCommand, CreateUserCommand, type IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect } from 'vitest'
import { type Keys, startTestServer, type TestServer } from '../../testing/test-server.ts'

export const account = '123456789012'

export const trustOf = (principal: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  })

export const ec2Trust = trustOf({ Service: 'ec2.amazonaws.com' })

export const allow = (action: string | string[], resource: string | string[] = '*', condition?: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: action,
        Resource: resource,
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  })

/** A policy whose text has exactly so many characters that count. */
export function policyOfSize(size: number): string {
  const empty = allow(['s3:'])
  return empty.replace('s3:', `s3:${'x'.repeat(size - empty.length)}`)
}

export class IamUnderTest {
  server!: TestServer
  iam!: IAMClient

  async userWith(name: string, policy?: string): Promise<{ readonly keys: Keys; readonly iam: IAMClient }> {
    await this.iam.send(new CreateUserCommand({ UserName: name }))
    if (policy !== undefined) {
      await this.iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'p', PolicyDocument: policy }))
    }
    const { AccessKey } = await this.iam.send(new CreateAccessKeyCommand({ UserName: name }))
    const keys = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
    return { keys, iam: this.server.iam(keys) }
  }
}

/** One server for a file's tests; a bug that was logged fails the file. */
export function useIam(): IamUnderTest {
  const under = new IamUnderTest()
  beforeAll(async () => {
    under.server = await startTestServer({
      account,
      rootAccessKeys: ['AKIAROOTROOTROOTROOT:root-secret', 'AKIAOTHEROTHEROTHERX:other-secret:210987654321'],
    })
    under.iam = under.server.iam(under.server.administrator)
  })
  afterAll(async () => {
    expect(under.server.log).toEqual([])
    await under.server.remove()
  })
  return under
}

export const root: Keys = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'root-secret' }
export const foreignRoot: Keys = { accessKeyId: 'AKIAOTHEROTHEROTHERX', secretAccessKey: 'other-secret' }

/** `CODE: message` of a call that must fail, so that one comparison says both. */
export async function fault(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
  throw new Error('the call was expected to fail')
}
