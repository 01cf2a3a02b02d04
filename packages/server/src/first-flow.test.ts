import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  GetUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Keys, startTestServer, type TestServer } from './testing/test-server.ts'

const account = '123456789012'

describe('a new server, driven by the JavaScript SDK', () => {
  let server: TestServer
  let alice: Keys

  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('knows its administrator', async () => {
    const identity = await server.sts(server.administrator).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({ Account: account, Arn: `arn:aws:iam::${account}:user/administrator` })
    expect(identity.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/)
  })

  it('makes a user whose key signs, and who may do nothing yet', async () => {
    const iam = server.iam(server.administrator)
    const { User } = await iam.send(
      new CreateUserCommand({ UserName: 'alice', Path: '/team/', Tags: [{ Key: 'Team', Value: 'blue' }] }),
    )
    expect(User).toMatchObject({
      Arn: `arn:aws:iam::${account}:user/team/alice`,
      Tags: [{ Key: 'Team', Value: 'blue' }],
    })
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    alice = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
    const identity = await server.sts(alice).send(new GetCallerIdentityCommand({}))
    expect(identity.Arn).toBe(`arn:aws:iam::${account}:user/team/alice`)
    await expect(server.iam(alice).send(new GetUserCommand({ UserName: 'alice' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        /^User: arn:aws:iam::123456789012:user\/team\/alice is not authorized to perform: iam:GetUser on resource: arn:aws:iam::123456789012:user\/team\/alice because no identity-based policy allows the iam:GetUser action\. Go to http:\S+ for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: [0-9a-z]+$/,
      ),
      $metadata: { httpStatusCode: 403 },
    })
  })

  it('is granted at once', async () => {
    const document = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: ['iam:Get*', 'sts:AssumeRole', 'sts:TagSession'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
      },
    }
    await server
      .iam(server.administrator)
      .send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'p', PolicyDocument: JSON.stringify(document) }))
    const { User } = await server.iam(alice).send(new GetUserCommand({}))
    expect(User?.UserName).toBe('alice')
  })

  it('assumes a role, narrowed by a session policy and tags', async () => {
    const trust = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:user/team/alice` },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: { StringEquals: { 'aws:RequestTag/project': 'p1' } },
      },
    }
    const iam = server.iam(server.administrator)
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    )
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(trust)
    const arn = `arn:aws:iam::${account}:role/reader`
    const sts = server.sts(alice)
    await expect(sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 's1' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    const assumed = await sts.send(
      new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 's1', Tags: [{ Key: 'project', Value: 'p1' }] }),
    )
    expect(assumed.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/reader/s1`)
    const session: Keys = {
      accessKeyId: assumed.Credentials?.AccessKeyId ?? '',
      secretAccessKey: assumed.Credentials?.SecretAccessKey ?? '',
      sessionToken: assumed.Credentials?.SessionToken ?? '',
    }
    const identity = await server.sts(session).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({ Arn: assumed.AssumedRoleUser?.Arn, UserId: `${Role?.RoleId}:s1` })
    await expect(server.iam(session).send(new GetRoleCommand({ RoleName: 'reader' }))).rejects.toMatchObject({
      message: expect.stringContaining('because no identity-based policy allows the iam:GetRole action'),
    })
    await expect(
      server
        .sts({ ...session, sessionToken: `${session.sessionToken?.slice(0, -4)}AAAA` })
        .send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })

  it('answers modelled faults', async () => {
    const iam = server.iam(server.administrator)
    await expect(iam.send(new CreateUserCommand({ UserName: 'Alice' }))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'User with name Alice already exists.',
    })
    await expect(iam.send(new GetUserCommand({ UserName: 'nobody' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The user with name nobody cannot be found.',
    })
    await expect(iam.send(new CreateUserCommand({ UserName: 'a b' }))).rejects.toMatchObject({
      name: 'ValidationError',
    })
    await expect(
      server.sts({ ...server.administrator, secretAccessKey: 'wrong' }).send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
    await expect(
      server.sts({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }).send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })
})
