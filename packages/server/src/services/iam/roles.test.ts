import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetUserCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { account, allow, ec2Trust, fault, trustOf, useIam } from './iam-under-test.test-data.ts'

const under = useIam()

describe('roles', () => {
  it('are made, shown, changed and listed', async () => {
    const { iam } = under
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'Runner',
        Path: '/r/',
        AssumeRolePolicyDocument: ec2Trust,
        Description: 'runs',
        MaxSessionDuration: 7200,
        Tags: [{ Key: 'Team', Value: 'blue' }],
      }),
    )
    expect(Role).toEqual({
      Path: '/r/',
      RoleName: 'Runner',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:role/r/Runner`,
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: expect.any(String),
      Description: 'runs',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'Team', Value: 'blue' }],
    })
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(ec2Trust)
    await iam.send(new UpdateRoleCommand({ RoleName: 'Runner', Description: '', MaxSessionDuration: 3600 }))
    const described = await iam.send(new UpdateRoleDescriptionCommand({ RoleName: 'Runner', Description: 'walks' }))
    expect(described.Role).toEqual({ ...Role, Description: 'walks', MaxSessionDuration: 3600 })
    const { Roles } = await iam.send(new ListRolesCommand({ PathPrefix: '/r/' }))
    expect(Roles).toHaveLength(1)
    expect(Roles?.[0]).not.toHaveProperty('Tags')
  })

  it('name users by who they are: one made anew under the old name is not trusted', async () => {
    const { iam, server } = under
    const eve = await under.userWith('eve')
    const arn = `arn:aws:iam::${account}:user/eve`
    const trust = trustOf({ AWS: arn })
    await iam.send(new CreateRoleCommand({ RoleName: 'for-eve', AssumeRolePolicyDocument: trust }))
    const assume = (keys: typeof eve.keys) =>
      server
        .sts(keys)
        .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/for-eve`, RoleSessionName: 'session' }))
    const { Credentials } = await assume(eve.keys)
    const session = server.iam({
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    })
    expect(await fault(session.send(new GetUserCommand({})))).toBe(
      'ValidationError: Must specify userName when calling with non-User credentials',
    )
    const shown = await iam.send(new GetRoleCommand({ RoleName: 'for-eve' }))
    expect(decodeURIComponent(shown.Role?.AssumeRolePolicyDocument ?? '')).toBe(trust)
    expect(shown.Role?.RoleLastUsed?.LastUsedDate).toBeInstanceOf(Date)

    await iam.send(new DeleteAccessKeyCommand({ UserName: 'eve', AccessKeyId: eve.keys.accessKeyId }))
    await iam.send(new DeleteUserCommand({ UserName: 'eve' }))
    const orphan = await iam.send(new GetRoleCommand({ RoleName: 'for-eve' }))
    expect(decodeURIComponent(orphan.Role?.AssumeRolePolicyDocument ?? '')).toMatch(/"AWS":"AIDA[A-Z2-7]{17}"/)
    const again = await under.userWith('eve')
    expect(await fault(assume(again.keys))).toContain('no role trust policy allows the sts:AssumeRole action')
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'for-eve', PolicyDocument: trust }))
    await assume(again.keys)
  })

  it('refuse trust policies that are none', async () => {
    const { iam } = under
    const make = (AssumeRolePolicyDocument: string) =>
      fault(iam.send(new CreateRoleCommand({ RoleName: 'bad', AssumeRolePolicyDocument })))
    expect(await make(allow('sts:AssumeRole'))).toMatch(/^MalformedPolicyDocumentException: Syntax errors in policy: /)
    expect(await make(trustOf({ AWS: `arn:aws:iam::${account}:user/nobody` }))).toBe(
      `MalformedPolicyDocumentException: Invalid principal in policy: "AWS":"arn:aws:iam::${account}:user/nobody"`,
    )
    const long = JSON.stringify({
      Version: '2012-10-17',
      Statement: Array.from({ length: 30 }, (_, index) => ({
        Sid: `Statement${index}`,
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
      })),
    })
    expect(await make(long)).toBe('LimitExceededException: Cannot exceed quota for ACLSizePerRole: 2048')
  })

  it.each([
    [{ MaxSessionDuration: 3599 }, 'Member must have value greater than or equal to 3600'],
    [{ MaxSessionDuration: 43_201 }, 'Member must have value less than or equal to 43200'],
    [{ Description: 'x'.repeat(1001) }, 'Member must have length less than or equal to 1000'],
    [{ RoleName: 'x'.repeat(65) }, 'Member must have length less than or equal to 64'],
    [{ AssumeRolePolicyDocument: 'ключ' }, 'Member must satisfy regular expression pattern'],
  ])('refuse %j', async (input, sentence) => {
    const role = { RoleName: 'bad', AssumeRolePolicyDocument: ec2Trust }
    const answer = await fault(under.iam.send(new CreateRoleCommand({ ...role, ...input })))
    expect(answer).toMatch(/^ValidationError: /)
    expect(answer).toContain(sentence)
  })

  it('cannot pass for service-linked ones', async () => {
    const input = { RoleName: 'x', Path: '/aws-service-role/x.amazonaws.com/', AssumeRolePolicyDocument: ec2Trust }
    expect(await fault(under.iam.send(new CreateRoleCommand(input)))).toBe(
      'InvalidInputException: The path /aws-service-role/x.amazonaws.com/ is reserved for service-linked roles.',
    )
  })

  it('are deleted only when nothing hangs on them', async () => {
    const { iam } = under
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'held' }))
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'held', RoleName: 'Runner' }))
    await iam.send(new PutRolePolicyCommand({ RoleName: 'Runner', PolicyName: 'p', PolicyDocument: allow('s3:*') }))
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName: 'Runner' }))
    expect(await fault(remove())).toBe(
      'DeleteConflictException: Cannot delete entity, must remove roles from instance profile first.',
    )
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'held', RoleName: 'Runner' }))
    expect(await fault(remove())).toBe('DeleteConflictException: Cannot delete entity, must delete policies first.')
  })
})

describe('instance profiles', () => {
  it('hold one role', async () => {
    const { iam } = under
    const made = await iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName: 'Box', Path: '/i/', Tags: [{ Key: 'a', Value: 'b' }] }),
    )
    expect(made.InstanceProfile).toEqual({
      Path: '/i/',
      InstanceProfileName: 'Box',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:instance-profile/i/Box`,
      CreateDate: expect.any(Date),
      Roles: [],
      Tags: [{ Key: 'a', Value: 'b' }],
    })
    expect(await fault(iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'box' })))).toBe(
      'EntityAlreadyExistsException: Instance Profile box already exists.',
    )
    const add = (RoleName: string) =>
      iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'Box', RoleName }))
    await add('Runner')
    expect(await fault(add('for-eve'))).toBe(
      'LimitExceededException: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    )
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'Box' }))
    expect(InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual(['Runner'])
    const ofRole = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'Runner' }))
    expect(ofRole.InstanceProfiles?.map((profile) => profile.InstanceProfileName)).toEqual(['Box'])
    const below = await iam.send(new ListInstanceProfilesCommand({ PathPrefix: '/i/' }))
    expect(below.InstanceProfiles).toHaveLength(1)
    const remove = () => iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: 'Box' }))
    expect(await fault(remove())).toBe(
      'DeleteConflictException: Cannot delete entity, must remove roles from instance profile first.',
    )
    const role = { InstanceProfileName: 'Box', RoleName: 'Runner' }
    await iam.send(new RemoveRoleFromInstanceProfileCommand(role))
    expect(await fault(iam.send(new RemoveRoleFromInstanceProfileCommand(role)))).toBe(
      'NoSuchEntityException: Role Runner is not in instance profile Box.',
    )
    await remove()
    expect(await fault(iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'Box' })))).toBe(
      'NoSuchEntityException: Instance Profile Box cannot be found.',
    )
  })
})
