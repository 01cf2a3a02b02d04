import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientEnvironment, missingClient } from './testing/external-client.ts'
import { type Keys, startTestServer, type TestServer } from './testing/test-server.ts'

const account = '123456789012'
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: ['sts:AssumeRole', 'sts:TagSession'] }],
})
const userPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' }],
})
const rolePolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['iam:GetUser', 'iam:GetRole'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
    },
  ],
})
const sessionPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }],
})

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** Not `spawnSync`: the server that answers runs in this process. */
function run(command: string, args: readonly string[], keys: Keys): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: clientEnvironment(server.url, keys) })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', (status) => resolve({ status, out, err }))
  })
}

describe.skipIf(missingClient('aws', '--version'))('the aws CLI', () => {
  const aws = (keys: Keys, ...args: string[]) => run('aws', ['--output', 'json', ...args], keys)
  const done = async (keys: Keys, ...args: string[]) => {
    const { status, out, err } = await aws(keys, ...args)
    expect({ args: args.slice(0, 2), status, err }).toEqual({ args: args.slice(0, 2), status: 0, err: '' })
    return out === '' ? {} : JSON.parse(out)
  }

  it('makes a user and a key, is denied, is granted, assumes a role and sees it narrow', async () => {
    const admin = server.administrator
    await done(admin, 'iam', 'create-user', '--user-name', 'cli')
    const { AccessKey } = await done(admin, 'iam', 'create-access-key', '--user-name', 'cli')
    const user = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
    const role = `arn:aws:iam::${account}:role/cli`
    await done(admin, 'iam', 'create-role', '--role-name', 'cli', '--assume-role-policy-document', trust)
    await done(
      admin,
      'iam',
      'put-role-policy',
      '--role-name',
      'cli',
      '--policy-name',
      'p',
      '--policy-document',
      rolePolicy,
    )
    const assume = [
      'sts',
      'assume-role',
      '--role-arn',
      role,
      '--role-session-name',
      's1',
      '--tags',
      'Key=team,Value=blue',
    ]
    const denied = await aws(user, ...assume)
    expect(denied.status).not.toBe(0)
    expect(denied.err).toContain(
      `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::${account}:user/cli is not authorized to perform: sts:AssumeRole on resource: ${role} because no identity-based policy allows the sts:AssumeRole action`,
    )
    const id = /authorization id: ([0-9a-z]+)/.exec(denied.err)?.[1] ?? ''
    const { DecodedMessage } = await done(admin, 'sts', 'decode-authorization-message', '--encoded-message', id)
    expect(JSON.parse(DecodedMessage)).toMatchObject({ allowed: false, failures: ['identity'] })

    await done(
      admin,
      'iam',
      'put-user-policy',
      '--user-name',
      'cli',
      '--policy-name',
      'p',
      '--policy-document',
      userPolicy,
    )
    const wide = await done(user, ...assume)
    const narrow = await done(user, ...assume, '--policy', sessionPolicy)
    expect(wide.AssumedRoleUser.Arn).toBe(`arn:aws:sts::${account}:assumed-role/cli/s1`)
    await done(keysOf(wide.Credentials), 'iam', 'get-role', '--role-name', 'cli')
    await done(keysOf(narrow.Credentials), 'iam', 'get-user', '--user-name', 'cli')
    const narrowed = await aws(keysOf(narrow.Credentials), 'iam', 'get-role', '--role-name', 'cli')
    expect(narrowed.err).toContain('because no session policy allows the iam:GetRole action')
  })
})

describe.skipIf(missingClient('python3', '-c', 'import boto3'))('boto3', () => {
  it('makes a user and a key, is denied, is granted, assumes a role and sees it narrow', async () => {
    const script = `
import boto3, json, sys
from botocore.exceptions import ClientError
trust, user_policy, role_policy, session_policy = sys.argv[1:5]
iam = boto3.client('iam')
seen = {}
def denied(call):
    try:
        call()
        return 'allowed'
    except ClientError as error:
        return error.response['Error']['Message']
def session(response):
    c = response['Credentials']
    return boto3.Session(c['AccessKeyId'], c['SecretAccessKey'], c['SessionToken'])
iam.create_user(UserName='boto')
key = iam.create_access_key(UserName='boto')['AccessKey']
user = boto3.Session(key['AccessKeyId'], key['SecretAccessKey'])
role = iam.create_role(RoleName='boto', AssumeRolePolicyDocument=trust)['Role']
assert role['AssumeRolePolicyDocument'] == json.loads(trust)
iam.put_role_policy(RoleName='boto', PolicyName='p', PolicyDocument=role_policy)
assume = lambda **more: user.client('sts').assume_role(RoleArn=role['Arn'], RoleSessionName='s1', Tags=[{'Key': 'team', 'Value': 'blue'}], **more)
seen['before'] = denied(assume)
iam.put_user_policy(UserName='boto', PolicyName='p', PolicyDocument=user_policy)
wide, narrow = session(assume()), session(assume(Policy=session_policy))
seen['who'] = wide.client('sts').get_caller_identity()['Arn']
seen['wide'] = wide.client('iam').get_role(RoleName='boto')['Role']['RoleName']
seen['user'] = narrow.client('iam').get_user(UserName='boto')['User']['UserName']
seen['narrow'] = denied(lambda: narrow.client('iam').get_role(RoleName='boto'))
print(json.dumps(seen))`
    const { status, out, err } = await run(
      'python3',
      ['-W', 'ignore', '-c', script, trust, userPolicy, rolePolicy, sessionPolicy],
      server.administrator,
    )
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(JSON.parse(out)).toEqual({
      before: expect.stringContaining('because no identity-based policy allows the sts:AssumeRole action'),
      who: `arn:aws:sts::${account}:assumed-role/boto/s1`,
      wide: 'boto',
      user: 'boto',
      narrow: expect.stringContaining('because no session policy allows the iam:GetRole action'),
    })
  })
})

function keysOf(credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string }): Keys {
  return {
    accessKeyId: credentials.AccessKeyId,
    secretAccessKey: credentials.SecretAccessKey,
    sessionToken: credentials.SessionToken,
  }
}
