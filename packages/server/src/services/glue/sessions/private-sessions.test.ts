/**
 * The seed's scenarios, word for word: sessions private to their owner by a tag given at creation, by AWS's own managed
 * policies, over the wire with real credentials. Glue Developer Guide, "Interactive sessions with IAM".
 */

import {
  CreateSessionCommand,
  DeleteSessionCommand,
  GetSessionCommand,
  GetTagsCommand,
  type GlueClient,
  ListSessionsCommand,
  RunStatementCommand,
  StopSessionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-glue'
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateRoleCommand,
  GetUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'

const account = '123456789012'
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const trustGlue = (...actions: string[]) =>
  document({ Effect: 'Allow', Principal: { Service: ['glue.amazonaws.com'] }, Action: actions })
/** As the guide prints it. */
const passing = (prefix: string) =>
  document({
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: [`arn:aws:iam::*:role/${prefix}*`],
    Condition: { StringLike: { 'iam:PassedToService': ['glue.amazonaws.com'] } },
  })

let server: GlueServer
const arn = (id: string) => `arn:aws:glue:us-east-1:${account}:session/${id}`
const create = (glue: GlueClient, Id: string, Role: string, Tags?: Record<string, string>) =>
  glue.send(new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl' }, ...(Tags && { Tags }) }))
const denied = (action: string, resource: string, why: string) => ({
  name: 'AccessDeniedException',
  message: expect.stringContaining(`is not authorized to perform: ${action} on resource: ${resource} ${why}`),
})
const silent = (action: string) => `because no identity-based policy allows the ${action} action`

beforeAll(async () => {
  server = await startGlueServer()
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

describe('two users with AwsGlueSessionUserRestrictedPolicy', () => {
  const Role = roleArn('AwsGlueSessionUserRestrictedServiceRole-myrole')
  let ana: { glue: GlueClient; id: string }
  let bob: { glue: GlueClient; id: string }

  beforeAll(async () => {
    const iam = server.iam(server.administrator)
    const RoleName = 'AwsGlueSessionUserRestrictedServiceRole-myrole'
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustGlue('sts:AssumeRole') }))
    const PolicyArn = managed('service-role/AwsGlueSessionUserRestrictedServiceRole')
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    const person = async (UserName: string) => {
      const glue = await server.user(UserName)
      await iam.send(
        new AttachUserPolicyCommand({ UserName, PolicyArn: managed('AwsGlueSessionUserRestrictedPolicy') }),
      )
      const PolicyDocument = passing('AwsGlueSessionUserRestrictedServiceRole')
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'pass', PolicyDocument }))
      const { User } = await iam.send(new GetUserCommand({ UserName }))
      return { glue, id: User?.UserId ?? '' }
    }
    ana = await person('ana')
    bob = await person('bob')
  })

  it('create sessions that are their own, and no others', async () => {
    await create(ana.glue, 'ana-1', Role, { owner: ana.id, project: 'churn' })
    await expect(create(ana.glue, 'ana-2', Role, { owner: bob.id })).rejects.toMatchObject(
      denied('glue:CreateSession', arn('ana-2'), silent('glue:CreateSession')),
    )
    await expect(create(ana.glue, 'ana-2', Role)).rejects.toMatchObject(
      denied('glue:CreateSession', arn('ana-2'), silent('glue:CreateSession')),
    )
    await expect(create(ana.glue, 'ana-2', Role, { project: 'churn' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    await create(bob.glue, 'bob-1', Role, { owner: bob.id })
  })

  it('reach their own and not the other one', async () => {
    const { Session } = await ana.glue.send(new GetSessionCommand({ Id: 'ana-1' }))
    expect(Session?.Role).toBe(Role)
    const attempts = [
      ['glue:GetSession', new GetSessionCommand({ Id: 'ana-1' })],
      ['glue:RunStatement', new RunStatementCommand({ SessionId: 'ana-1', Code: '1' })],
      ['glue:StopSession', new StopSessionCommand({ Id: 'ana-1' })],
      ['glue:DeleteSession', new DeleteSessionCommand({ Id: 'ana-1' })],
    ] as const
    for (const [action, command] of attempts) {
      await expect(bob.glue.send(command as GetSessionCommand)).rejects.toMatchObject(
        denied(action, arn('ana-1'), silent(action)),
      )
    }
  })

  it('see all sessions in the list, as the policies protect use and not sight', async () => {
    const { Ids } = await bob.glue.send(new ListSessionsCommand({}))
    expect(Ids).toEqual(['ana-1', 'bob-1'])
  })

  it('cannot change or remove the owner tag, theirs or the other one’s', async () => {
    const ResourceArn = arn('ana-1')
    const untag = (glue: GlueClient, ...TagsToRemove: string[]) =>
      glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove }))
    const tag = (glue: GlueClient, TagsToAdd: Record<string, string>) =>
      glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd }))
    await expect(untag(ana.glue, 'owner')).rejects.toMatchObject(
      denied('glue:UntagResource', ResourceArn, 'with an explicit deny in an identity-based policy'),
    )
    await expect(untag(ana.glue, 'project', 'owner')).rejects.toMatchObject({
      message: expect.stringContaining('explicit deny'),
    })
    await expect(tag(ana.glue, { owner: bob.id })).rejects.toMatchObject(
      denied('glue:TagResource', ResourceArn, silent('glue:TagResource')),
    )
    await expect(tag(ana.glue, { stage: 'dev' })).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(tag(bob.glue, { owner: bob.id })).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await tag(ana.glue, { owner: ana.id, stage: 'dev' })
    const { Tags } = await server.glue.send(new GetTagsCommand({ ResourceArn }))
    expect(Tags).toEqual({ owner: ana.id, project: 'churn', stage: 'dev' })
  })

  it('gain nothing by the case of a tag key', async () => {
    const tag = (TagsToAdd: Record<string, string>) =>
      bob.glue.send(new TagResourceCommand({ ResourceArn: arn('ana-1'), TagsToAdd }))
    for (const key of ['Owner', 'OWNER', 'oWner']) {
      await expect(tag({ [key]: bob.id })).rejects.toMatchObject({ name: 'AccessDeniedException' })
      await expect(create(bob.glue, `trick-${key}`, Role, { owner: ana.id, [key]: bob.id })).rejects.toMatchObject({
        name: 'AccessDeniedException',
      })
      const removing = bob.glue.send(new UntagResourceCommand({ ResourceArn: arn('ana-1'), TagsToRemove: [key] }))
      await expect(removing).rejects.toMatchObject({ name: 'AccessDeniedException' })
    }
    await expect(bob.glue.send(new GetSessionCommand({ Id: 'ana-1' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('pass no role outside the prefix', async () => {
    const iam = server.iam(server.administrator)
    await iam.send(new CreateRoleCommand({ RoleName: 'Other', AssumeRolePolicyDocument: trustGlue('sts:AssumeRole') }))
    await expect(create(ana.glue, 'ana-3', roleArn('Other'), { owner: ana.id })).rejects.toMatchObject(
      denied('iam:PassRole', roleArn('Other'), silent('iam:PassRole')),
    )
  })

  it('lose their tags with the session: UntagOnDelete', async () => {
    await ana.glue.send(new DeleteSessionCommand({ Id: 'ana-1' }))
    // Under a tag condition an absent session has no tags: it is denied, not absent.
    await expect(ana.glue.send(new GetSessionCommand({ Id: 'ana-1' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    await create(bob.glue, 'ana-1', Role, { owner: bob.id })
    expect((await bob.glue.send(new GetSessionCommand({ Id: 'ana-1' }))).Session?.Id).toBe('ana-1')
  })
})

describe('two people behind one role with AwsGlueSessionUserRestrictedNotebookPolicy', () => {
  const client = 'AwsGlueSessionUserRestrictedNotebookPolicy-analysts'
  const Role = roleArn('AwsGlueSessionUserRestrictedNotebookServiceRole-myrole')
  const people: Record<string, { glue: GlueClient; id: string }> = {}
  const plain: Record<string, GlueClient> = {}

  beforeAll(async () => {
    const iam = server.iam(server.administrator)
    const RoleName = 'AwsGlueSessionUserRestrictedNotebookServiceRole-myrole'
    await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustGlue('sts:AssumeRole', 'sts:TagSession') }),
    )
    const trust = document({
      Effect: 'Allow',
      Principal: { AWS: account },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    })
    const { Role: made } = await iam.send(new CreateRoleCommand({ RoleName: client, AssumeRolePolicyDocument: trust }))
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: client,
        PolicyArn: managed('AwsGlueSessionUserRestrictedNotebookPolicy'),
      }),
    )
    const PolicyDocument = passing('AwsGlueSessionUserRestrictedNotebookServiceRole')
    await iam.send(new PutRolePolicyCommand({ RoleName: client, PolicyName: 'pass', PolicyDocument }))
    await server.user('assumer', {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Resource: roleArn(client),
    })
    const sts = server.sts(await server.keysOf('assumer'))
    const assume = async (name: string, tags?: { Key: string; Value: string }[]) => {
      const input = { RoleArn: roleArn(client), RoleSessionName: name, ...(tags && { Tags: tags }) }
      const { Credentials } = await sts.send(new AssumeRoleCommand(input))
      return server.glueAs({
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      })
    }
    for (const name of ['ana', 'bob']) {
      const id = `${made?.RoleId}:${name}`
      people[name] = { glue: await assume(name, [{ Key: 'owner', Value: id }]), id }
      plain[name] = await assume(name)
    }
  })

  it('each own what they create, by the session tag', async () => {
    const { ana, bob } = people
    if (ana === undefined || bob === undefined) throw new Error('nobody was assumed')
    await create(ana.glue, 'nb-1', Role, { owner: ana.id })
    expect((await ana.glue.send(new GetSessionCommand({ Id: 'nb-1' }))).Session?.Id).toBe('nb-1')
    const command = new RunStatementCommand({ SessionId: 'nb-1', Code: '1' })
    await expect(bob.glue.send(command)).rejects.toMatchObject(
      denied('glue:RunStatement', arn('nb-1'), silent('glue:RunStatement')),
    )
    await expect(create(bob.glue, 'nb-2', Role, { owner: ana.id })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    const ResourceArn = arn('nb-1')
    const untag = ana.glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove: ['owner'] }))
    await expect(untag).rejects.toMatchObject({ message: expect.stringContaining('with an explicit deny') })
  })

  it('are nobody without the session tag', async () => {
    const { ana } = people
    await expect(create(plain.ana as GlueClient, 'nb-3', Role, { owner: ana?.id ?? '' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    await expect((plain.ana as GlueClient).send(new GetSessionCommand({ Id: 'nb-1' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })
})

describe('two users with AWSGlueConsoleFullAccess', () => {
  it('work in each other’s sessions', async () => {
    const iam = server.iam(server.administrator)
    const RoleName = 'AWSGlueServiceRole-shared'
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustGlue('sts:AssumeRole') }))
    const [one, two] = await Promise.all(
      ['carol', 'dan'].map(async (UserName) => {
        const glue = await server.user(UserName)
        await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: managed('AWSGlueConsoleFullAccess') }))
        return glue
      }),
    )
    if (one === undefined || two === undefined) throw new Error('nobody was made')
    await create(one, 'open', roleArn(RoleName))
    expect((await two.send(new GetSessionCommand({ Id: 'open' }))).Session?.Id).toBe('open')
    await two.send(new StopSessionCommand({ Id: 'open' }))
    await one.send(new DeleteSessionCommand({ Id: 'open' }))
  })
})
