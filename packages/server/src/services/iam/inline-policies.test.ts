import {
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRolePolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListRolePoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { beforeAll, expect, it } from 'vitest'
import { allow, ec2Trust, fault, policyOfSize, useIam } from './iam-under-test.test-data.ts'

const under = useIam()
const PolicyName = 'p'

beforeAll(async () => {
  await under.iam.send(new CreateUserCommand({ UserName: 'ann' }))
  await under.iam.send(new CreateGroupCommand({ GroupName: 'crew' }))
  await under.iam.send(new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument: ec2Trust }))
})

it('come back as they were written, percent-encoded', async () => {
  const PolicyDocument = `${allow("s3:It's(*)!")}\n`
  await under.iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName, PolicyDocument }))
  const answer = await under.iam.send(new GetRolePolicyCommand({ RoleName: 'runner', PolicyName }))
  expect(answer).toMatchObject({ RoleName: 'runner', PolicyName })
  expect(answer.PolicyDocument).toMatch(/^[A-Za-z0-9._~%-]+$/)
  expect(decodeURIComponent(answer.PolicyDocument ?? '')).toBe(PolicyDocument)
})

it('replace their namesake and are listed in pages', async () => {
  const { iam } = under
  await iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName, PolicyDocument: allow('s3:GetObject') }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName: 'q', PolicyDocument: allow('s3:*') }))
  const first = await iam.send(new ListRolePoliciesCommand({ RoleName: 'runner', MaxItems: 1 }))
  expect(first).toMatchObject({ PolicyNames: ['p'], IsTruncated: true })
  const rest = await iam.send(new ListRolePoliciesCommand({ RoleName: 'runner', Marker: first.Marker }))
  expect(rest).toMatchObject({ PolicyNames: ['q'], IsTruncated: false })
  await iam.send(new DeleteRolePolicyCommand({ RoleName: 'runner', PolicyName: 'q' }))
  expect(await fault(iam.send(new DeleteRolePolicyCommand({ RoleName: 'runner', PolicyName: 'q' })))).toBe(
    'NoSuchEntityException: The role policy with name q cannot be found.',
  )
  expect(await fault(iam.send(new GetUserPolicyCommand({ UserName: 'ann', PolicyName })))).toBe(
    'NoSuchEntityException: The user policy with name p cannot be found.',
  )
  expect(await fault(iam.send(new GetGroupPolicyCommand({ GroupName: 'crew', PolicyName })))).toBe(
    'NoSuchEntityException: The group policy with name p cannot be found.',
  )
})

it('share one quota each owner, and a policy over it leaves the old one in place', async () => {
  const { iam } = under
  const user = (name: string, size: number) =>
    iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: name, PolicyDocument: policyOfSize(size) }))
  await user('a', 1024)
  await user('b', 1024)
  expect(await fault(user('b', 1025))).toBe(
    'LimitExceededException: Maximum policy size of 2048 bytes exceeded for user ann',
  )
  const kept = await iam.send(new GetUserPolicyCommand({ UserName: 'ann', PolicyName: 'b' }))
  expect(decodeURIComponent(kept.PolicyDocument ?? '')).toHaveLength(1024)
  const group = new PutGroupPolicyCommand({ GroupName: 'crew', PolicyName, PolicyDocument: policyOfSize(5121) })
  expect(await fault(iam.send(group))).toBe(
    'LimitExceededException: Maximum policy size of 5120 bytes exceeded for group crew',
  )
  const role = new PutRolePolicyCommand({ RoleName: 'runner', PolicyName, PolicyDocument: policyOfSize(10_241) })
  expect(await fault(iam.send(role))).toBe(
    'LimitExceededException: Maximum policy size of 10240 bytes exceeded for role runner',
  )
})
