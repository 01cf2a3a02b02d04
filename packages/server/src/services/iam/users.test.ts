import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { account, allow, fault, root, useIam } from './iam-under-test.test-data.ts'

const under = useIam()
const powerUser = 'arn:aws:iam::aws:policy/PowerUserAccess'

describe('users', () => {
  it('are made, shown and listed below a path', async () => {
    const { iam } = under
    const made = await iam.send(
      new CreateUserCommand({
        UserName: 'Ann',
        Path: '/a/b/',
        PermissionsBoundary: powerUser,
        Tags: [{ Key: 'Team', Value: '' }],
      }),
    )
    expect(made.User).toEqual({
      Path: '/a/b/',
      UserName: 'Ann',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:user/a/b/Ann`,
      CreateDate: expect.any(Date),
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: powerUser },
      Tags: [{ Key: 'Team', Value: '' }],
    })
    expect((await iam.send(new GetUserCommand({ UserName: 'Ann' }))).User).toEqual(made.User)
    const listed = await iam.send(new ListUsersCommand({ PathPrefix: '/a/' }))
    const { Tags: _, PermissionsBoundary: __, ...plain } = made.User ?? {}
    expect(listed).toMatchObject({ Users: [plain], IsTruncated: false })
    expect(listed.Users?.[0]).not.toHaveProperty('Tags')
    expect((await iam.send(new ListUsersCommand({ PathPrefix: '/a/b/c' }))).Users).toEqual([])
  })

  it('have names that are unique in any case and found in their own', async () => {
    const { iam } = under
    expect(await fault(iam.send(new CreateUserCommand({ UserName: 'aNN' })))).toBe(
      'EntityAlreadyExistsException: User with name aNN already exists.',
    )
    expect(await fault(iam.send(new GetUserCommand({ UserName: 'ann' })))).toBe(
      'NoSuchEntityException: The user with name ann cannot be found.',
    )
  })

  it('keep id, keys, policies and groups through a change of name and path', async () => {
    const { iam, server } = under
    const { keys } = await under.userWith('bob', allow('iam:GetUser'))
    await iam.send(new CreateGroupCommand({ GroupName: 'crew' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'crew', UserName: 'bob' }))
    const before = (await iam.send(new GetUserCommand({ UserName: 'bob' }))).User
    expect(await fault(iam.send(new UpdateUserCommand({ UserName: 'bob', NewUserName: 'ANN' })))).toBe(
      'EntityAlreadyExistsException: User with name ANN already exists.',
    )
    await iam.send(new UpdateUserCommand({ UserName: 'bob', NewUserName: 'Bob', NewPath: '/moved/' }))
    const after = (await server.iam(keys).send(new GetUserCommand({}))).User
    expect(after).toEqual({
      ...before,
      UserName: 'Bob',
      Path: '/moved/',
      Arn: `arn:aws:iam::${account}:user/moved/Bob`,
    })
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'Bob' }))
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(['crew'])
  })

  it('are deleted only when nothing hangs on them, and their keys die with them', async () => {
    const { iam, server } = under
    const remove = () => iam.send(new DeleteUserCommand({ UserName: 'Bob' }))
    const conflict = (first: string) => `DeleteConflictException: Cannot delete entity, ${first}.`
    expect(await fault(remove())).toBe(conflict('must remove users from group first'))
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'crew', UserName: 'Bob' }))
    expect(await fault(remove())).toBe(conflict('must delete policies first'))
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'Bob', PolicyName: 'p' }))
    expect(await fault(remove())).toBe(conflict('must delete access keys first'))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'Bob' }))
    const keys = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
    await server.sts(keys).send(new GetCallerIdentityCommand({}))
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'Bob', AccessKeyId: keys.accessKeyId }))
    expect(await fault(server.sts(keys).send(new GetCallerIdentityCommand({})))).toMatch(/^InvalidClientTokenId: /)
  })

  it('are bounded by a policy that exists, of AWS or of the account', async () => {
    const { iam } = under
    const put = (PermissionsBoundary: string) =>
      iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'Ann', PermissionsBoundary }))
    expect(await fault(put('arn:aws:iam::aws:policy/NoSuchPolicy'))).toBe(
      'NoSuchEntityException: Scope ARN: arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.',
    )
    expect(await fault(put('arn:aws:iam::aws:role/NoPolicy'))).toBe(
      'InvalidInputException: ARN arn:aws:iam::aws:role/NoPolicy is not valid.',
    )
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'Ann' }))
    expect((await iam.send(new GetUserCommand({ UserName: 'Ann' }))).User).not.toHaveProperty('PermissionsBoundary')
    await put(powerUser)
  })

  it('are narrowed by their boundary at the next call', async () => {
    const { iam } = under
    const { iam: carol } = await under.userWith('carol', allow('*'))
    await carol.send(new ListUsersCommand({}))
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: 'carol',
        PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
      }),
    )
    expect(await fault(carol.send(new ListUsersCommand({})))).toContain(
      'because no permissions boundary allows the iam:ListUsers action',
    )
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'carol' }))
    await carol.send(new ListUsersCommand({}))
  })

  it('are the caller where no name is given, which a role has not', async () => {
    const { server } = under
    expect((await server.iam(root).send(new GetUserCommand({}))).User).toMatchObject({
      UserName: 'root',
      UserId: account,
      Arn: `arn:aws:iam::${account}:root`,
    })
    expect((await server.iam(server.administrator).send(new GetUserCommand({}))).User?.UserName).toBe('administrator')
  })

  it.each([
    [
      { UserName: 'a b' },
      "Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    ],
    [{ UserName: 'x'.repeat(65) }, 'Member must have length less than or equal to 64'],
    [
      { UserName: 'x', Path: 'no-slash' },
      "at 'path' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [{ UserName: 'x', Path: `/${'p'.repeat(511)}/` }, 'Member must have length less than or equal to 512'],
    [
      { UserName: 'x', PermissionsBoundary: 'short' },
      "at 'permissionsBoundary' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ],
  ])('refuse %j', async (input, sentence) => {
    const answer = await fault(under.iam.send(new CreateUserCommand(input)))
    expect(answer).toMatch(/^ValidationError: 1 validation error detected: /)
    expect(answer).toContain(sentence)
  })

  it('refuse policies that are none', async () => {
    const put = (PolicyDocument: string) =>
      under.iam.send(new PutUserPolicyCommand({ UserName: 'Ann', PolicyName: 'p', PolicyDocument }))
    expect(await fault(put('{'))).toMatch(
      /^MalformedPolicyDocumentException: Syntax errors in policy: .+ at line 1, column 2$/,
    )
    expect(await fault(put('{"Version":"2012-10-17","Statement":[]}'))).toBe(
      'MalformedPolicyDocumentException: Syntax errors in policy: no statement',
    )
  })
})
