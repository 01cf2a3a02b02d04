import {
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  ListInstanceProfileTagsCommand,
  ListPolicyTagsCommand,
  ListUserTagsCommand,
  TagInstanceProfileCommand,
  TagPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
  UntagInstanceProfileCommand,
  UntagPolicyCommand,
  UntagUserCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { account, allow, ec2Trust, fault, useIam } from './iam-under-test.test-data.ts'

const under = useIam()
const many = (count: number, prefix = 'k') =>
  Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: 'v' }))

it('keep the case they were given and compare without it', async () => {
  const { iam } = under
  const UserName = 'ann'
  await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'Team', Value: 'blue' }] }))
  await iam.send(
    new TagUserCommand({
      UserName,
      Tags: [
        { Key: 'team', Value: 'red' },
        { Key: 'Stage', Value: '' },
      ],
    }),
  )
  const { Tags } = await iam.send(new ListUserTagsCommand({ UserName }))
  expect(Tags).toEqual([
    { Key: 'Stage', Value: '' },
    { Key: 'team', Value: 'red' },
  ])
  await iam.send(new UntagUserCommand({ UserName, TagKeys: ['TEAM', 'absent'] }))
  const first = await iam.send(new ListUserTagsCommand({ UserName, MaxItems: 1 }))
  expect(first).toMatchObject({ Tags: [{ Key: 'Stage', Value: '' }], IsTruncated: false })
})

it('are refused when repeated, reserved, malformed, or too many', async () => {
  const { iam } = under
  const tag = (Tags: { Key: string; Value: string }[]) => iam.send(new TagUserCommand({ UserName: 'ann', Tags }))
  expect(await fault(tag([...many(1), { Key: 'K0', Value: 'w' }]))).toBe(
    'InvalidInputException: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  )
  expect(await fault(tag([{ Key: 'AWS:x', Value: '' }]))).toBe(
    'InvalidInputException: Tag keys that begin with aws: are reserved for system use.',
  )
  expect(await fault(tag([{ Key: 'a<b', Value: '' }]))).toContain("at 'tags.1.member.key' failed to satisfy constraint")
  expect(await fault(tag([{ Key: 'k', Value: 'v'.repeat(257) }]))).toContain('length less than or equal to 256')
  expect(await fault(tag(many(51)))).toContain(
    "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
  )
  await tag(many(49))
  expect(await fault(tag(many(1, 'one-more')))).toBe(
    'LimitExceededException: Cannot exceed quota for TagsPerResource: 50',
  )
  const { Tags, IsTruncated } = await iam.send(new ListUserTagsCommand({ UserName: 'ann', MaxItems: 50 }))
  expect([Tags?.length, IsTruncated]).toEqual([50, false])
})

it('decide at once about whoever bears them', async () => {
  const { iam } = under
  const RoleName = 'runner'
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ec2Trust }))
  const condition = { StringEquals: { 'iam:ResourceTag/Owner': '${aws:username}' } }
  const { iam: bob } = await under.userWith('bob', allow('iam:UpdateRole', '*', condition))
  const update = () => bob.send(new UpdateRoleCommand({ RoleName, Description: 'mine' }))
  expect(await fault(update())).toMatch(/^AccessDenied: /)
  await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'Owner', Value: 'bob' }] }))
  await update()
  expect((await iam.send(new GetRoleCommand({ RoleName }))).Role).toMatchObject({ Description: 'mine' })
})

it('are on policies and instance profiles too', async () => {
  const { iam } = under
  const PolicyArn = `arn:aws:iam::${account}:policy/p`
  await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('s3:*') }))
  await iam.send(new TagPolicyCommand({ PolicyArn, Tags: many(2) }))
  await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['k0'] }))
  expect((await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags).toEqual([{ Key: 'k1', Value: 'v' }])
  const InstanceProfileName = 'box'
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }))
  await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags: many(2) }))
  await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['k1'] }))
  const { Tags } = await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))
  expect(Tags).toEqual([{ Key: 'k0', Value: 'v' }])
})
