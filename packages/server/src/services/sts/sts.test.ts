import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type Credentials,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Keys, startTestServer, type TestServer } from '../../testing/test-server.ts'

const account = '123456789012'
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`

let server: TestServer
let admin: Keys

beforeAll(async () => {
  server = await startTestServer({ rootAccessKeys: ['AKIAROOTROOTROOTROOT:root-secret'] })
  admin = server.administrator
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

function keysOf(credentials: Credentials | undefined): Keys {
  return {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  }
}

const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...more,
})

async function newUser(name: string, document = policy(allow('*'))): Promise<Keys> {
  const iam = server.iam(admin)
  await iam.send(new CreateUserCommand({ UserName: name }))
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'p', PolicyDocument: document }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}

const trusting = (principal: unknown, action: string | string[], condition?: object) =>
  policy({ Effect: 'Allow', Principal: principal, Action: action, ...(condition && { Condition: condition }) })

async function newRole(name: string, trust: string, more: object = {}): Promise<string> {
  await server.iam(admin).send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust, ...more }))
  return roleArn(name)
}

const assume = async (keys: Keys, input: Omit<AssumeRoleCommandInput, 'RoleSessionName'>) =>
  server.sts(keys).send(new AssumeRoleCommand({ RoleSessionName: 'session', ...input }))

describe('AssumeRole', () => {
  const everything = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']

  it('needs the trust policy to name the caller, and identity too where it names the account', async () => {
    const bob = await newUser('bob', policy(allow('iam:*')))
    const named = await newRole('named', trusting({ AWS: `arn:aws:iam::${account}:user/bob` }, 'sts:AssumeRole'))
    const delegated = await newRole('delegated', trusting({ AWS: account }, 'sts:AssumeRole'))
    await expect(assume(bob, { RoleArn: named })).resolves.toBeDefined()
    await expect(assume(bob, { RoleArn: delegated })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        `User: arn:aws:iam::${account}:user/bob is not authorized to perform: sts:AssumeRole on resource: ${delegated} because no identity-based policy allows the sts:AssumeRole action`,
      ),
    })
    const other = await newRole(
      'other',
      trusting({ AWS: `arn:aws:iam::${account}:user/administrator` }, 'sts:AssumeRole'),
    )
    await expect(assume(bob, { RoleArn: other })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(admin, { RoleArn: roleArn('nobody') })).rejects.toMatchObject({
      message: expect.stringContaining('because no role trust policy allows the sts:AssumeRole action'),
    })
  })

  it('takes an external id as its condition', async () => {
    const arn = await newRole(
      'external',
      trusting({ AWS: account }, 'sts:AssumeRole', { StringEquals: { 'sts:ExternalId': 'abc' } }),
    )
    await expect(assume(admin, { RoleArn: arn })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(admin, { RoleArn: arn, ExternalId: 'abd' })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(admin, { RoleArn: arn, ExternalId: 'abc' })).resolves.toBeDefined()
  })

  it('narrows by the session policy', async () => {
    const arn = await newRole('narrow', trusting({ AWS: account }, 'sts:AssumeRole'))
    const { Credentials, PackedPolicySize } = await assume(admin, {
      RoleArn: arn,
      Policy: policy(allow('iam:GetUser')),
    })
    expect(PackedPolicySize).toBeGreaterThan(0)
    // The role itself has no policy: the session's cannot widen it.
    await expect(
      server.iam(keysOf(Credentials)).send(new GetUserCommand({ UserName: 'administrator' })),
    ).rejects.toMatchObject({ message: expect.stringContaining('because no identity-based policy allows') })
  })

  it('checks sts:TagSession, and hands transitive tags down a chain', async () => {
    const untagged = await newRole('untagged', trusting({ AWS: account }, 'sts:AssumeRole'))
    const tags = [
      { Key: 'Star', Value: '1' },
      { Key: 'team', Value: 'blue' },
    ]
    await expect(assume(admin, { RoleArn: untagged, Tags: tags })).rejects.toMatchObject({
      message: expect.stringContaining('sts:TagSession'),
    })
    const first = await newRole('first', trusting({ AWS: account }, everything))
    const second = await newRole(
      'second',
      trusting({ AWS: first }, everything, { StringEquals: { 'aws:ResourceTag/Star': '1' } }),
      { Tags: [{ Key: 'Star', Value: '3' }] },
    )
    const one = await assume(admin, { RoleArn: first, Tags: tags, TransitiveTagKeys: ['Star'] })
    const keys = keysOf(one.Credentials)
    const two = await assume(keys, { RoleArn: second })
    expect(two.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/second/session`)
    await expect(assume(keys, { RoleArn: second, Tags: [{ Key: 'star', Value: '2' }] })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    })
    await expect(assume(keys, { RoleArn: second, DurationSeconds: 3601 })).rejects.toMatchObject({
      name: 'ValidationError',
    })
    const without = await assume(admin, { RoleArn: first, Tags: tags })
    await expect(assume(keysOf(without.Credentials), { RoleArn: second })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  it('keeps a source identity for ever, and asks for it along the chain', async () => {
    const first = await newRole('source1', trusting({ AWS: account }, everything))
    const refusing = await newRole('source2', trusting({ AWS: first }, ['sts:AssumeRole']))
    const accepting = await newRole('source3', trusting({ AWS: first }, everything))
    const one = await assume(admin, { RoleArn: first, SourceIdentity: 'alice' })
    expect(one.SourceIdentity).toBe('alice')
    const keys = keysOf(one.Credentials)
    await expect(assume(keys, { RoleArn: refusing })).rejects.toMatchObject({
      message: expect.stringContaining('sts:SetSourceIdentity'),
    })
    // The first role has no identity policy: its own side does not allow to pass the identity on.
    await expect(assume(keys, { RoleArn: accepting })).rejects.toMatchObject({
      message: expect.stringContaining('because no identity-based policy allows the sts:SetSourceIdentity action'),
    })
    await expect(assume(keys, { RoleArn: accepting, SourceIdentity: 'mallory' })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  it('refuses the root user, MFA codes, too long a session and too large a policy', async () => {
    const arn = await newRole('limits', trusting({ AWS: account }, everything))
    const root = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'root-secret' }
    await expect(assume(root, { RoleArn: arn })).rejects.toMatchObject({
      message: 'Roles may not be assumed by root accounts.',
    })
    await expect(
      assume(admin, { RoleArn: arn, SerialNumber: 'arn:aws:iam::123456789012:mfa/a', TokenCode: '123456' }),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(admin, { RoleArn: arn, DurationSeconds: 3601 })).rejects.toMatchObject({
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    })
    await expect(assume(admin, { RoleArn: arn, DurationSeconds: 899 })).rejects.toMatchObject({
      name: 'ValidationError',
    })
    await expect(assume(admin, { RoleArn: arn, Policy: '{"Version":"2012-10-17"}' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    })
    const random = () => Array.from({ length: 250 }, () => String.fromCharCode(97 + Math.random() * 26)).join('')
    const tags = Array.from({ length: 20 }, (_, index) => ({ Key: `tag${index}`, Value: random() }))
    await expect(assume(admin, { RoleArn: arn, Tags: tags })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
      message: expect.stringMatching(/^Packed policy consumes \d+% of allotted space, please use smaller policy\.$/),
    })
    await expect(
      assume(admin, {
        RoleArn: arn,
        PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }],
      }),
    ).rejects.toMatchObject({ name: 'ValidationError' })
  })
})

describe('GetSessionToken and GetFederationToken', () => {
  it('gives the user itself in temporary form, without IAM', async () => {
    const { Credentials } = await server.sts(admin).send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    const keys = keysOf(Credentials)
    expect((await server.sts(keys).send(new GetCallerIdentityCommand({}))).Arn).toBe(
      `arn:aws:iam::${account}:user/administrator`,
    )
    await expect(server.iam(keys).send(new GetUserCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    await expect(server.sts(keys).send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      message: 'Cannot call GetSessionToken with session credentials',
    })
    await expect(
      server
        .sts({ accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey })
        .send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })

  it('makes a federated user that calls GetCallerIdentity and nothing else of STS', async () => {
    const { Credentials, FederatedUser } = await server
      .sts(admin)
      .send(new GetFederationTokenCommand({ Name: 'fred', Policy: policy(allow('*')) }))
    expect(FederatedUser).toEqual({
      FederatedUserId: `${account}:fred`,
      Arn: `arn:aws:sts::${account}:federated-user/fred`,
    })
    const keys = keysOf(Credentials)
    const identity = await server.sts(keys).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({ UserId: `${account}:fred`, Arn: FederatedUser?.Arn })
    await expect(server.iam(keys).send(new GetUserCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    await expect(assume(keys, { RoleArn: roleArn('limits') })).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('is asked on the federated user', async () => {
    const carol = await newUser(
      'carol',
      policy(allow('sts:GetFederationToken', { Resource: 'arn:aws:sts::*:federated-user/ok' })),
    )
    const get = (Name: string) => server.sts(carol).send(new GetFederationTokenCommand({ Name }))
    await expect(get('ok')).resolves.toBeDefined()
    await expect(get('other')).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('GetAccessKeyInfo', () => {
  it('names the account', async () => {
    const ask = (AccessKeyId: string) => server.sts(admin).send(new GetAccessKeyInfoCommand({ AccessKeyId }))
    expect((await ask(admin.accessKeyId)).Account).toBe(account)
    await expect(ask('AKIAIOSFODNN7EXAMPLE')).rejects.toMatchObject({ name: 'ValidationError' })
  })
})

describe('a denial', () => {
  it('is explained by DecodeAuthorizationMessage', async () => {
    const dave = await newUser(
      'dave',
      policy(allow('iam:*'), { Effect: 'Deny', Action: 'iam:GetUser', Resource: '*', Sid: 'No' }),
    )
    const denied = await server
      .iam(dave)
      .send(new GetUserCommand({}))
      .catch((error: Error) => error.message)
    const id = /authorization id: ([0-9a-z]+)$/.exec(String(denied))?.[1] ?? ''
    const { DecodedMessage } = await server
      .sts(admin)
      .send(new DecodeAuthorizationMessageCommand({ EncodedMessage: id }))
    expect(JSON.parse(DecodedMessage ?? '')).toMatchObject({
      allowed: false,
      explicitDeny: true,
      matchedStatements: [{ sid: 'No', effect: 'Deny' }],
      context: {
        principal: { name: 'dave', arn: `arn:aws:iam::${account}:user/dave` },
        action: 'iam:GetUser',
        resource: `arn:aws:iam::${account}:user/dave`,
      },
    })
    await expect(
      server.sts(admin).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'zzz' })),
    ).rejects.toMatchObject({ name: 'InvalidAuthorizationMessageException' })
  })
})
