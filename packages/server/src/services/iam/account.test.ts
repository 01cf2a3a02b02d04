import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsCommandOutput,
  GetAccountSummaryCommand,
  ListGroupsCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { beforeAll, expect, it } from 'vitest'
import { account, allow, ec2Trust, fault, foreignRoot, useIam } from './iam-under-test.test-data.ts'

const under = useIam()
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

beforeAll(async () => {
  const { iam } = under
  await iam.send(
    new CreateUserCommand({ UserName: 'ann', PermissionsBoundary: readOnly, Tags: [{ Key: 'a', Value: 'b' }] }),
  )
  await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'p', PolicyDocument: allow('s3:*') }))
  await iam.send(new CreateGroupCommand({ GroupName: 'crew' }))
  await iam.send(new AddUserToGroupCommand({ GroupName: 'crew', UserName: 'ann' }))
  await iam.send(new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument: ec2Trust }))
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'runner', PolicyArn: readOnly }))
  await iam.send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: allow('s3:*') }))
})

it('sums itself up', async () => {
  const { SummaryMap } = await under.iam.send(new GetAccountSummaryCommand({}))
  expect(SummaryMap).toMatchObject({
    Users: 2,
    UsersQuota: 5000,
    Groups: 1,
    GroupsQuota: 300,
    Roles: 1,
    Policies: 1,
    VersionsPerPolicyQuota: 5,
    PolicySizeQuota: 6144,
    AccessKeysPerUserQuota: 2,
    AccountMFAEnabled: 0,
  })
})

it('tells everything that decides', async () => {
  const details = await under.iam.send(new GetAccountAuthorizationDetailsCommand({}))
  expect(details.UserDetailList?.find(({ UserName }) => UserName === 'ann')).toEqual({
    Path: '/',
    UserName: 'ann',
    UserId: expect.any(String),
    Arn: `arn:aws:iam::${account}:user/ann`,
    CreateDate: expect.any(Date),
    UserPolicyList: [{ PolicyName: 'p', PolicyDocument: encodeURIComponent(allow('s3:*')).replaceAll('*', '%2A') }],
    GroupList: ['crew'],
    AttachedManagedPolicies: [],
    PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: readOnly },
    Tags: [{ Key: 'a', Value: 'b' }],
  })
  expect(details.GroupDetailList).toHaveLength(1)
  expect(details.RoleDetailList).toEqual([
    expect.objectContaining({
      RoleName: 'runner',
      AttachedManagedPolicies: [{ PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly }],
      InstanceProfileList: [],
      RolePolicyList: [],
    }),
  ])
  expect(details.Policies?.map(({ PolicyName, PolicyVersionList }) => [PolicyName, PolicyVersionList?.length])).toEqual(
    [
      ['own', 1],
      ['ReadOnlyAccess', 1],
    ],
  )
})

it('tells it in pages and by kind', async () => {
  const { iam } = under
  const count = (page: GetAccountAuthorizationDetailsCommandOutput) =>
    [page.UserDetailList, page.GroupDetailList, page.RoleDetailList, page.Policies].map((list) => list?.length)
  const first = await iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 4 }))
  expect(count(first)).toEqual([0, 1, 1, 2])
  const rest = await iam.send(new GetAccountAuthorizationDetailsCommand({ Marker: first.Marker }))
  expect(count(rest)).toEqual([2, 0, 0, 0])
  const roles = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role', 'LocalManagedPolicy'] }))
  expect(count(roles)).toEqual([0, 0, 1, 1])
  const wrong = iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Nobody' as 'User'] }))
  expect(await fault(wrong)).toContain("Value 'Nobody' at 'filter.1.member' failed to satisfy constraint")
})

it('keeps accounts apart', async () => {
  const foreign = under.server.iam(foreignRoot)
  expect((await foreign.send(new ListUsersCommand({}))).Users).toEqual([])
  await foreign.send(new CreateUserCommand({ UserName: 'ann' }))
  expect((await foreign.send(new GetAccountSummaryCommand({}))).SummaryMap?.Users).toBe(1)
})

it('holds 300 groups and no more', async () => {
  const { iam } = under
  for (let index = 1; index < 300; index += 1) await iam.send(new CreateGroupCommand({ GroupName: `g${index}` }))
  expect(await fault(iam.send(new CreateGroupCommand({ GroupName: 'g300' })))).toBe(
    'LimitExceededException: Cannot exceed quota for GroupsPerAccount: 300',
  )
  const names: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page = await iam.send(new ListGroupsCommand({ Marker }))
    expect(page.Groups?.length).toBeLessThanOrEqual(100)
    names.push(...(page.Groups ?? []).map(({ GroupName }) => GroupName))
    Marker = page.Marker
  } while (Marker !== undefined)
  expect(new Set(names).size).toBe(300)
  expect(names).toEqual([...names].sort())
})

it.each(['!!!', 'not base64 at all', 'YWJj='])('refuses the marker %s, which it never gave', async (Marker) => {
  const list = under.iam.send(new ListGroupsCommand({ Marker }))
  expect(await fault(list)).toBe(`ValidationError: Invalid Marker: ${Marker}`)
})

it.each([
  [{ MaxItems: 0 }, 'Member must have value greater than or equal to 1'],
  [{ MaxItems: 1001 }, 'Member must have value less than or equal to 1000'],
  [
    { PathPrefix: 'no-slash' },
    "at 'pathPrefix' failed to satisfy constraint: Member must satisfy regular expression pattern",
  ],
])('refuses lists with %j', async (input, sentence) => {
  expect(await fault(under.iam.send(new ListUsersCommand(input)))).toContain(sentence)
})
