import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { allow, fault, foreignRoot, root, useIam } from './iam-under-test.test-data.ts'

const under = useIam()

it('are two to a user', async () => {
  const { iam } = under
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const create = () => iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
  const { AccessKey } = await create()
  expect(AccessKey).toEqual({
    UserName: 'ann',
    AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    Status: 'Active',
    SecretAccessKey: expect.stringMatching(/^.{40}$/),
    CreateDate: expect.any(Date),
  })
  await create()
  expect(await fault(create())).toBe('LimitExceededException: Cannot exceed quota for AccessKeysPerUser: 2')
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'ann' }))
  expect(AccessKeyMetadata).toHaveLength(2)
  expect(Object.keys(AccessKeyMetadata?.[0] ?? {})).not.toContain('SecretAccessKey')
})

it('stay two when they are asked for all at once', async () => {
  const { iam } = under
  await iam.send(new CreateUserCommand({ UserName: 'busy' }))
  const calls = Array.from({ length: 8 }, () => iam.send(new CreateAccessKeyCommand({ UserName: 'busy' })))
  const settled = await Promise.allSettled(calls)
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  expect((await iam.send(new ListAccessKeysCommand({ UserName: 'busy' }))).AccessKeyMetadata).toHaveLength(2)
})

it('sign while they are active', async () => {
  const { iam, server } = under
  const { keys } = await under.userWith('bob')
  const identity = () => server.sts(keys).send(new GetCallerIdentityCommand({}))
  const set = (Status: 'Active' | 'Inactive') =>
    iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId: keys.accessKeyId, Status }))
  await identity()
  await set('Inactive')
  expect(await fault(identity())).toMatch(/^InvalidClientTokenId: /)
  await set('Active')
  await identity()
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: keys.accessKeyId }))
  expect(await fault(identity())).toMatch(/^InvalidClientTokenId: /)
  const again = new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: keys.accessKeyId })
  expect(await fault(iam.send(again))).toBe(
    `NoSuchEntityException: The Access Key with id ${keys.accessKeyId} cannot be found.`,
  )
})

it('are their own where no user is named, and only their own', async () => {
  const { server } = under
  const carol = await under.userWith('carol', allow('iam:*AccessKey*', '*'))
  const dave = await under.userWith('dave')
  const { AccessKeyMetadata } = await carol.iam.send(new ListAccessKeysCommand({}))
  expect(AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId)).toEqual([carol.keys.accessKeyId])
  expect(await fault(carol.iam.send(new DeleteAccessKeyCommand({ AccessKeyId: dave.keys.accessKeyId })))).toBe(
    `NoSuchEntityException: The Access Key with id ${dave.keys.accessKeyId} cannot be found.`,
  )
  const own = await carol.iam.send(new CreateAccessKeyCommand({}))
  expect(own.AccessKey?.UserName).toBe('carol')
  const owner = server.iam(root)
  const { AccessKey } = await owner.send(new CreateAccessKeyCommand({}))
  const keys = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  const identity = await server.sts(keys).send(new GetCallerIdentityCommand({}))
  expect(identity.Arn).toMatch(/:root$/)
  expect((await owner.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toHaveLength(1)
})

it('remember their last use', async () => {
  const { iam, server } = under
  const erin = await under.userWith('erin')
  const lastUsed = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: erin.keys.accessKeyId }))
  expect(await lastUsed()).toMatchObject({ UserName: 'erin', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } })
  const before = Date.now()
  await fault(erin.iam.send(new ListUsersCommand({})))
  const { AccessKeyLastUsed } = await lastUsed()
  expect(AccessKeyLastUsed).toMatchObject({ ServiceName: 'iam', Region: 'us-east-1' })
  expect(AccessKeyLastUsed?.LastUsedDate?.getTime()).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000)
  await server.sts(erin.keys).send(new GetCallerIdentityCommand({}))
  expect((await lastUsed()).AccessKeyLastUsed?.ServiceName).toBe('sts')
  const foreign = server.iam(foreignRoot).send(new GetAccessKeyLastUsedCommand({ AccessKeyId: erin.keys.accessKeyId }))
  expect(await fault(foreign)).toBe(
    `NoSuchEntityException: The Access Key with id ${erin.keys.accessKeyId} cannot be found.`,
  )
})

it.each([
  [
    new UpdateAccessKeyCommand({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Off' as 'Active' }),
    'enum value set: [Active, Inactive]',
  ],
  [new UpdateAccessKeyCommand({ AccessKeyId: 'short', Status: 'Active' }), 'greater than or equal to 16'],
  [new UpdateAccessKeyCommand({ AccessKeyId: undefined, Status: 'Active' }), "Value null at 'accessKeyId'"],
])('refuse bad input %#', async (command, sentence) => {
  const answer = await fault(under.iam.send(command))
  expect(answer).toMatch(/^ValidationError: /)
  expect(answer).toContain(sentence)
})
