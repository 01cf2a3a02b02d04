/**
 * For every operation of IAM: a call, and the smallest set of permissions that lets it pass. The calls run in this order on one
 * server; each leaves what the next ones need.
 */

export interface Permission {
  readonly action: string
  readonly resource: string
  /** Condition keys that the request must bring, each with its value. */
  readonly conditions: Readonly<Record<string, string>>
}

export interface AuthorizationCase {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly needs: readonly Permission[]
  /** The fault that the call ends in once it is allowed, where it must end in one. */
  readonly answers?: string
}

export const account = '123456789012'
export const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess'
/** Made before the first case: a user with two keys, one that can be deleted, and one that asks. */
export const keyHolder = 'key-holder'
export const leaver = 'leaver'
export const asker = 'asker'

const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`
const needs = (operation: string, resource: string, conditions: Permission['conditions'] = {}): Permission => ({
  action: `iam:${operation}`,
  resource,
  conditions,
})
const one = (
  operation: string,
  input: AuthorizationCase['input'],
  resource: string,
  conditions: Permission['conditions'] = {},
): AuthorizationCase => ({ operation, input, needs: [needs(operation, resource, conditions)] })

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
})
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const Tags = [{ Key: 'Team', Value: 'blue' }]
const requestTags = { 'aws:RequestTag/Team': 'blue', 'aws:TagKeys': 'Team' }
const resourceTag = { 'aws:ResourceTag/Team': 'blue' }
const bothTags = { ...resourceTag, 'iam:ResourceTag/Team': 'blue' }
const bounded = { 'iam:PermissionsBoundary': boundary }
const policyArn = arn('policy/q/readers')
const attaches = { 'iam:PolicyARN': policyArn }
const more = { Tags: [{ Key: 'Stage', Value: 'test' }] }
const moreTags = { 'aws:RequestTag/Stage': 'test', 'aws:TagKeys': 'Stage' }
const lessTags = { 'aws:TagKeys': 'Stage' }

const user = { UserName: 'ann' }
const userArn = arn('user/p/ann')
const role = { RoleName: 'runner' }
const roleArn = arn('role/p/runner')
const group = { GroupName: 'crew' }
const groupArn = arn('group/p/crew')
const profile = { InstanceProfileName: 'box' }
const profileArn = arn('instance-profile/p/box')
const policy = { PolicyArn: policyArn }
const inline = { PolicyName: 'inline' }

const users: AuthorizationCase[] = [
  {
    operation: 'CreateUser',
    input: { ...user, Path: '/p/', Tags, PermissionsBoundary: boundary },
    needs: [needs('CreateUser', userArn, { ...requestTags, ...bounded }), needs('TagUser', userArn, requestTags)],
  },
  one('GetUser', user, userArn, bothTags),
  one('GetUser', {}, arn(`user/${asker}`)),
  one('GetUser', { UserName: asker }, arn(`user/${asker}`)),
  one('ListUsers', {}, '*'),
  one('TagUser', { ...user, ...more }, userArn, { ...moreTags, ...bothTags }),
  one('ListUserTags', user, userArn, resourceTag),
  one('UntagUser', { ...user, TagKeys: ['Stage'] }, userArn, { ...lessTags, ...bothTags }),
  one('PutUserPermissionsBoundary', { ...user, PermissionsBoundary: boundary }, userArn, { ...bounded, ...bothTags }),
  one('PutUserPolicy', { ...user, ...inline, PolicyDocument: document }, userArn, { ...bounded, ...bothTags }),
  one('GetUserPolicy', { ...user, ...inline }, userArn),
  one('ListUserPolicies', user, userArn),
  one('DeleteUserPolicy', { ...user, ...inline }, userArn, bounded),
  one('AttachUserPolicy', { ...user, ...policy }, userArn, { ...attaches, ...bounded, ...bothTags }),
  one('ListAttachedUserPolicies', user, userArn),
  one('ListEntitiesForPolicy', policy, policyArn, resourceTag),
  one('SimulatePrincipalPolicy', { PolicySourceArn: userArn, ActionNames: ['s3:GetObject'] }, userArn, resourceTag),
  one('GetContextKeysForPrincipalPolicy', { PolicySourceArn: userArn }, userArn),
  one('DetachUserPolicy', { ...user, ...policy }, userArn, { ...attaches, ...bounded }),
  one('DeleteUserPermissionsBoundary', user, userArn, bounded),
]

const policies: AuthorizationCase[] = [
  {
    operation: 'CreatePolicy',
    input: { PolicyName: 'readers', Path: '/q/', PolicyDocument: document, Tags },
    needs: [needs('CreatePolicy', policyArn, requestTags), needs('TagPolicy', policyArn, requestTags)],
  },
  one('GetPolicy', policy, policyArn, resourceTag),
  one('GetPolicy', { PolicyArn: boundary }, boundary),
  one('ListPolicies', {}, '*'),
  one('TagPolicy', { ...policy, ...more }, policyArn, { ...moreTags, ...resourceTag }),
  one('ListPolicyTags', policy, policyArn, resourceTag),
  one('UntagPolicy', { ...policy, TagKeys: ['Stage'] }, policyArn, lessTags),
  one('CreatePolicyVersion', { ...policy, PolicyDocument: document }, policyArn, resourceTag),
  one('GetPolicyVersion', { ...policy, VersionId: 'v2' }, policyArn, resourceTag),
  one('ListPolicyVersions', policy, policyArn, resourceTag),
  one('SetDefaultPolicyVersion', { ...policy, VersionId: 'v2' }, policyArn, resourceTag),
  one('DeletePolicyVersion', { ...policy, VersionId: 'v1' }, policyArn, resourceTag),
]

const groups: AuthorizationCase[] = [
  one('CreateGroup', { ...group, Path: '/p/' }, groupArn),
  one('GetGroup', group, groupArn),
  one('ListGroups', {}, '*'),
  one('AddUserToGroup', { ...group, ...user }, groupArn),
  one('ListGroupsForUser', user, userArn, resourceTag),
  one('PutGroupPolicy', { ...group, ...inline, PolicyDocument: document }, groupArn),
  one('GetGroupPolicy', { ...group, ...inline }, groupArn),
  one('ListGroupPolicies', group, groupArn),
  one('DeleteGroupPolicy', { ...group, ...inline }, groupArn),
  one('AttachGroupPolicy', { ...group, ...policy }, groupArn, attaches),
  one('ListAttachedGroupPolicies', group, groupArn),
  one('DetachGroupPolicy', { ...group, ...policy }, groupArn, attaches),
  one('RemoveUserFromGroup', { ...group, ...user }, groupArn),
  {
    operation: 'UpdateGroup',
    input: { ...group, NewGroupName: 'team' },
    needs: [needs('UpdateGroup', groupArn), needs('UpdateGroup', arn('group/p/team'))],
  },
  one('DeleteGroup', { GroupName: 'team' }, arn('group/p/team')),
]

const roles: AuthorizationCase[] = [
  {
    operation: 'CreateRole',
    input: { ...role, Path: '/p/', AssumeRolePolicyDocument: trust, Tags, PermissionsBoundary: boundary },
    needs: [needs('CreateRole', roleArn, { ...requestTags, ...bounded }), needs('TagRole', roleArn, requestTags)],
  },
  one('GetRole', role, roleArn, { ...bounded, ...bothTags }),
  one('ListRoles', {}, '*'),
  one('UpdateRole', { ...role, MaxSessionDuration: 7200 }, roleArn, { ...bounded, ...bothTags }),
  one('UpdateRoleDescription', { ...role, Description: 'runs' }, roleArn, bounded),
  one('UpdateAssumeRolePolicy', { ...role, PolicyDocument: trust }, roleArn, { ...bounded, ...bothTags }),
  one('TagRole', { ...role, ...more }, roleArn, { ...moreTags, ...bothTags }),
  one('ListRoleTags', role, roleArn, resourceTag),
  one('UntagRole', { ...role, TagKeys: ['Stage'] }, roleArn, lessTags),
  one('PutRolePermissionsBoundary', { ...role, PermissionsBoundary: boundary }, roleArn, bounded),
  one('PutRolePolicy', { ...role, ...inline, PolicyDocument: document }, roleArn, bounded),
  one('GetRolePolicy', { ...role, ...inline }, roleArn),
  one('ListRolePolicies', role, roleArn),
  one('DeleteRolePolicy', { ...role, ...inline }, roleArn, bounded),
  one('AttachRolePolicy', { ...role, ...policy }, roleArn, { ...attaches, ...bounded, ...bothTags }),
  one('ListAttachedRolePolicies', role, roleArn),
  one('DetachRolePolicy', { ...role, ...policy }, roleArn, { ...attaches, ...bounded }),
  {
    operation: 'CreateInstanceProfile',
    input: { ...profile, Path: '/p/', Tags },
    needs: [
      needs('CreateInstanceProfile', profileArn, requestTags),
      needs('TagInstanceProfile', profileArn, requestTags),
    ],
  },
  one('GetInstanceProfile', profile, profileArn, resourceTag),
  one('ListInstanceProfiles', {}, '*'),
  one('TagInstanceProfile', { ...profile, ...more }, profileArn, { ...moreTags, ...resourceTag }),
  one('ListInstanceProfileTags', profile, profileArn),
  one('UntagInstanceProfile', { ...profile, TagKeys: ['Stage'] }, profileArn, lessTags),
  {
    operation: 'AddRoleToInstanceProfile',
    input: { ...profile, ...role },
    needs: [
      needs('AddRoleToInstanceProfile', profileArn, resourceTag),
      needs('PassRole', roleArn, { 'iam:PassedToService': 'ec2.amazonaws.com', ...bothTags }),
    ],
  },
  one('ListInstanceProfilesForRole', role, roleArn),
  one('RemoveRoleFromInstanceProfile', { ...profile, ...role }, profileArn),
  one('DeleteInstanceProfile', profile, profileArn, resourceTag),
  one('DeleteRolePermissionsBoundary', role, roleArn, bounded),
  one('PutRolePermissionsBoundary', { ...role, PermissionsBoundary: boundary }, roleArn, bounded),
  one('DeleteRole', role, roleArn, { ...bounded, ...bothTags }),
]

const keys = (keyId: string): AuthorizationCase[] => [
  one('CreateAccessKey', user, userArn, resourceTag),
  one('CreateAccessKey', {}, arn(`user/${asker}`)),
  one('ListAccessKeys', user, userArn, resourceTag),
  one('ListAccessKeys', {}, arn(`user/${asker}`)),
  one('UpdateAccessKey', { UserName: keyHolder, AccessKeyId: keyId, Status: 'Inactive' }, arn(`user/${keyHolder}`)),
  one('GetAccessKeyLastUsed', { AccessKeyId: keyId }, arn(`user/${keyHolder}`)),
  one('DeleteAccessKey', { UserName: keyHolder, AccessKeyId: keyId }, arn(`user/${keyHolder}`)),
]

/** Of kinds that nobody here has: refused all the same without permission. */
const absent: AuthorizationCase[] = [
  one('ListMFADevices', user, userArn, resourceTag),
  one('ListMFADevices', {}, arn(`user/${asker}`)),
  one('ListVirtualMFADevices', {}, '*'),
  one('ListSSHPublicKeys', user, userArn, resourceTag),
  one('ListSigningCertificates', user, userArn, resourceTag),
  one('ListServiceSpecificCredentials', user, userArn, resourceTag),
  one('ListServiceSpecificCredentials', { AllUsers: true }, arn('user/*')),
  { ...one('GetLoginProfile', user, userArn, resourceTag), answers: 'NoSuchEntityException' },
  { ...one('DeleteLoginProfile', user, userArn, resourceTag), answers: 'NoSuchEntityException' },
]

const accountWide: AuthorizationCase[] = [
  one('GetAccountSummary', {}, '*'),
  one('GetAccountAuthorizationDetails', {}, '*'),
  one('SimulateCustomPolicy', { PolicyInputList: [document], ActionNames: ['s3:GetObject'] }, '*'),
  one('GetContextKeysForCustomPolicy', { PolicyInputList: [document] }, '*'),
  {
    operation: 'UpdateUser',
    input: { ...user, NewUserName: 'anna', NewPath: '/n/' },
    needs: [needs('UpdateUser', userArn, resourceTag), needs('UpdateUser', arn('user/n/anna'))],
  },
  one('DeletePolicy', policy, policyArn, resourceTag),
  one('DeleteUser', { UserName: leaver }, arn(`user/${leaver}`)),
]

/** `keyId`: one of the key holder's. */
export const authorizationCases = (keyId: string): readonly AuthorizationCase[] => [
  ...policies,
  ...users,
  ...groups,
  ...roles,
  ...keys(keyId),
  ...absent,
  ...accountWide,
]
