import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { account, allow, fault, useIam } from './iam-under-test.test-data.ts'

const under = useIam()

describe('groups', () => {
  it('are made, shown, listed and renamed', async () => {
    const { iam } = under
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'Crew', Path: '/x/' }))
    expect(Group).toEqual({
      Path: '/x/',
      GroupName: 'Crew',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:group/x/Crew`,
      CreateDate: expect.any(Date),
    })
    expect(await fault(iam.send(new CreateGroupCommand({ GroupName: 'crew' })))).toBe(
      'EntityAlreadyExistsException: Group with name crew already exists.',
    )
    await iam.send(new UpdateGroupCommand({ GroupName: 'Crew', NewGroupName: 'crew', NewPath: '/' }))
    const { Groups } = await iam.send(new ListGroupsCommand({}))
    expect(Groups).toEqual([{ ...Group, GroupName: 'crew', Path: '/', Arn: `arn:aws:iam::${account}:group/crew` }])
    expect(await fault(iam.send(new GetGroupCommand({ GroupName: 'Crew' })))).toBe(
      'NoSuchEntityException: The group with name Crew cannot be found.',
    )
  })

  it('give their members what they allow, and take it back', async () => {
    const { iam } = under
    const { iam: dan } = await under.userWith('dan')
    await iam.send(
      new PutGroupPolicyCommand({ GroupName: 'crew', PolicyName: 'p', PolicyDocument: allow('iam:ListUsers') }),
    )
    expect(await fault(dan.send(new ListUsersCommand({})))).toContain('no identity-based policy allows')
    const membership = { GroupName: 'crew', UserName: 'dan' }
    await iam.send(new AddUserToGroupCommand(membership))
    await iam.send(new AddUserToGroupCommand(membership))
    await dan.send(new ListUsersCommand({}))
    await iam.send(new RemoveUserFromGroupCommand(membership))
    expect(await fault(dan.send(new ListUsersCommand({})))).toContain('no identity-based policy allows')
    expect(await fault(iam.send(new RemoveUserFromGroupCommand(membership)))).toBe(
      'NoSuchEntityException: User dan is not in group crew.',
    )
  })

  it('show their members in pages', async () => {
    const { iam } = under
    for (const UserName of ['m3', 'M1', 'm2']) {
      await iam.send(new CreateUserCommand({ UserName }))
      await iam.send(new AddUserToGroupCommand({ GroupName: 'crew', UserName }))
    }
    const first = await iam.send(new GetGroupCommand({ GroupName: 'crew', MaxItems: 2 }))
    expect(first.Users?.map(({ UserName }) => UserName)).toEqual(['M1', 'm2'])
    expect(first.IsTruncated).toBe(true)
    const rest = await iam.send(new GetGroupCommand({ GroupName: 'crew', Marker: first.Marker }))
    expect(rest.Users?.map(({ UserName }) => UserName)).toEqual(['m3'])
    expect(rest.IsTruncated).toBe(false)
    expect(rest.Marker).toBeUndefined()
  })

  it('are at most ten to a user', async () => {
    const { iam } = under
    for (let index = 1; index <= 11; index += 1) {
      const GroupName = `g${index}`
      await iam.send(new CreateGroupCommand({ GroupName }))
      const add = iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'dan' }))
      if (index <= 10) await add
      else expect(await fault(add)).toBe('LimitExceededException: Cannot exceed quota for GroupsPerUser: 10')
    }
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'dan' }))
    expect(Groups).toHaveLength(10)
  })

  it('are deleted only when they are empty', async () => {
    const { iam } = under
    const GroupName = 'g1'
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
    const remove = () => iam.send(new DeleteGroupCommand({ GroupName }))
    expect(await fault(remove())).toBe(
      'DeleteConflictException: Cannot delete entity, must remove users from group first.',
    )
    await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName: 'dan' }))
    expect(await fault(remove())).toBe('DeleteConflictException: Cannot delete entity, must detach all policies first.')
    await iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn }))
    await remove()
    expect(await fault(remove())).toBe('NoSuchEntityException: The group with name g1 cannot be found.')
  })
})
