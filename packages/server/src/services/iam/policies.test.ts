import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
  ListPolicyVersionsCommand,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { account, allow, ec2Trust, fault, foreignRoot, policyOfSize, useIam } from './iam-under-test.test-data.ts'

const under = useIam()
const readers = `arn:aws:iam::${account}:policy/team/readers`
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

describe('customer managed policies', () => {
  it('are made and shown', async () => {
    const { iam } = under
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'readers',
        Path: '/team/',
        PolicyDocument: allow('iam:ListUsers'),
        Description: 'may read',
        Tags: [{ Key: 'Team', Value: 'blue' }],
      }),
    )
    expect(Policy).toEqual({
      PolicyName: 'readers',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      Arn: readers,
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: expect.any(Date),
      UpdateDate: expect.any(Date),
      Tags: [{ Key: 'Team', Value: 'blue' }],
    })
    const shown = await iam.send(new GetPolicyCommand({ PolicyArn: readers }))
    expect(shown.Policy).toEqual({ ...Policy, Description: 'may read' })
    expect(await fault(iam.send(new CreatePolicyCommand({ PolicyName: 'Readers', PolicyDocument: allow('*') })))).toBe(
      'EntityAlreadyExistsException: A policy called Readers already exists. Duplicate names are not allowed.',
    )
  })

  it('decide by their default version, at once', async () => {
    const { iam } = under
    const { iam: fay } = await under.userWith('fay')
    await iam.send(new AttachUserPolicyCommand({ UserName: 'fay', PolicyArn: readers }))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'fay', PolicyArn: readers }))
    await fay.send(new ListUsersCommand({}))
    const silent = { PolicyArn: readers, PolicyDocument: allow('iam:GetUser') }
    const second = await iam.send(new CreatePolicyVersionCommand(silent))
    expect(second.PolicyVersion).toEqual({ VersionId: 'v2', IsDefaultVersion: false, CreateDate: expect.any(Date) })
    await fay.send(new ListUsersCommand({}))
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: readers, VersionId: 'v2' }))
    expect(await fault(fay.send(new ListUsersCommand({})))).toContain('no identity-based policy allows')
    await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn: readers, PolicyDocument: allow('iam:List*'), SetAsDefault: true }),
    )
    await fay.send(new ListUsersCommand({}))
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: readers, VersionId: 'v3' }))
    expect(PolicyVersion).toMatchObject({ VersionId: 'v3', IsDefaultVersion: true })
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(allow('iam:List*'))
  })

  it('have at most five versions, never numbered twice', async () => {
    const { iam } = under
    const create = () => iam.send(new CreatePolicyVersionCommand({ PolicyArn: readers, PolicyDocument: allow('s3:*') }))
    await create()
    await create()
    expect(await fault(create())).toBe(
      'LimitExceededException: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    )
    const remove = (VersionId: string) => iam.send(new DeletePolicyVersionCommand({ PolicyArn: readers, VersionId }))
    expect(await fault(remove('v3'))).toBe('DeleteConflictException: Cannot delete the default version of a policy.')
    await remove('v5')
    expect(await fault(remove('v5'))).toBe(
      `NoSuchEntityException: Policy ${readers} version v5 does not exist or is not attachable.`,
    )
    expect((await create()).PolicyVersion?.VersionId).toBe('v6')
    const first = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: readers, MaxItems: 3 }))
    const rest = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: readers, Marker: first.Marker }))
    const ids = [...(first.Versions ?? []), ...(rest.Versions ?? [])].map(({ VersionId }) => VersionId)
    expect(ids).toEqual(['v6', 'v4', 'v3', 'v2', 'v1'])
    expect(await fault(remove('six'))).toMatch(/^ValidationError: .+ regular expression pattern/)
  })

  it('are listed by scope, path and use', async () => {
    const { iam } = under
    const names = async (input: ListPoliciesCommandInput) =>
      (await iam.send(new ListPoliciesCommand(input))).Policies?.map(({ PolicyName }) => PolicyName)
    expect(await names({ Scope: 'Local' })).toEqual(['readers'])
    expect(await names({ Scope: 'AWS', PathPrefix: '/service-role/' })).toContain('AWSGlueServiceRole')
    expect(await names({ OnlyAttached: true })).toEqual(['readers'])
    expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual([])
    await iam.send(new CreateRoleCommand({ RoleName: 'bounded', AssumeRolePolicyDocument: ec2Trust }))
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'bounded', PermissionsBoundary: readers }))
    expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual(['readers'])
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: readers }))).Policy).toMatchObject({
      AttachmentCount: 1,
      PermissionsBoundaryUsageCount: 1,
    })
    const every = await names({})
    const paged: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const page = await iam.send(new ListPoliciesCommand({ MaxItems: 4, Marker }))
      paged.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName))
      Marker = page.Marker
    } while (Marker !== undefined)
    expect(paged).toEqual(every)
    expect(new Set(every).size).toBe(15)
  })

  it('know whom they are attached to', async () => {
    const { iam } = under
    const entities = (input: object) => iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: readers, ...input }))
    expect(await entities({})).toMatchObject({
      PolicyUsers: [{ UserName: 'fay', UserId: expect.stringMatching(/^AIDA/) }],
      PolicyRoles: [{ RoleName: 'bounded' }],
      PolicyGroups: [],
      IsTruncated: false,
    })
    expect(await entities({ EntityFilter: 'User' })).toMatchObject({ PolicyRoles: [] })
    expect(await entities({ PolicyUsageFilter: 'PermissionsBoundary' })).toMatchObject({ PolicyUsers: [] })
    expect(await entities({ PathPrefix: '/elsewhere/' })).toMatchObject({ PolicyUsers: [], PolicyRoles: [] })
    const first = await entities({ MaxItems: 1 })
    expect(first.IsTruncated).toBe(true)
    expect(await entities({ Marker: first.Marker })).toMatchObject({ PolicyUsers: [{ UserName: 'fay' }] })
  })

  it('are deleted only when nobody uses them and one version is left', async () => {
    const { iam } = under
    const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn: readers }))
    expect(await fault(remove())).toBe('DeleteConflictException: Cannot delete a policy attached to entities.')
    await iam.send(new DetachUserPolicyCommand({ UserName: 'fay', PolicyArn: readers }))
    expect(await fault(remove())).toBe('DeleteConflictException: Cannot delete a policy attached to entities.')
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'bounded', PermissionsBoundary: administrator }))
    expect(await fault(remove())).toMatch(/^DeleteConflictException: This policy has more than one version\. /)
    for (const VersionId of ['v1', 'v2', 'v4', 'v6']) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn: readers, VersionId }))
    }
    await remove()
    expect(await fault(iam.send(new GetPolicyCommand({ PolicyArn: readers })))).toBe(
      `NoSuchEntityException: Policy ${readers} was not found.`,
    )
  })

  it('are measured without white space', async () => {
    const { iam } = under
    const make = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))
    await make('full', policyOfSize(6144).replace('{', `{${' '.repeat(100)}`))
    expect(await fault(make('fuller', policyOfSize(6145)))).toBe(
      'LimitExceededException: Cannot exceed quota for PolicySize: 6144',
    )
    expect(await fault(make('no', '[]'))).toMatch(/^MalformedPolicyDocumentException: /)
    const principal = allow('*').replace('"Action"', '"Principal":"*","Action"')
    expect(await fault(make('no', principal))).toMatch(/^MalformedPolicyDocumentException: Syntax errors in policy: /)
  })
})

describe("AWS's managed policies", () => {
  it('are there with their real ARN, path and version, for attaching and reading', async () => {
    const { iam } = under
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: administrator }))
    expect(Policy).toMatchObject({ PolicyName: 'AdministratorAccess', Path: '/', DefaultVersionId: 'v1' })
    const versions = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: administrator }))
    expect(versions.Versions).toEqual([expect.objectContaining({ VersionId: 'v1', IsDefaultVersion: true })])
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: administrator, VersionId: 'v1' }))
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    })
    expect(await fault(iam.send(new GetPolicyVersionCommand({ PolicyArn: administrator, VersionId: 'v2' })))).toBe(
      `NoSuchEntityException: Policy ${administrator} version v2 does not exist or is not attachable.`,
    )
  })

  it('cannot be changed by anybody', async () => {
    const { iam } = under
    const change = iam.send(new CreatePolicyVersionCommand({ PolicyArn: administrator, PolicyDocument: allow('*') }))
    expect(await fault(change)).toMatch(
      /^AccessDenied: .+ because no resource-based policy allows the iam:CreatePolicyVersion action/,
    )
    expect(await fault(iam.send(new DeletePolicyCommand({ PolicyArn: administrator })))).toMatch(/^AccessDenied: /)
  })
})

describe('attachments', () => {
  it('are at most ten, of policies that this account can see', async () => {
    const { iam } = under
    await iam.send(new CreateUserCommand({ UserName: 'gus' }))
    const attach = (PolicyArn: string) => iam.send(new AttachUserPolicyCommand({ UserName: 'gus', PolicyArn }))
    const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS' }))
    for (const { Arn = '' } of Policies.slice(0, 10)) await attach(Arn)
    expect(await fault(attach(Policies[10]?.Arn ?? ''))).toBe(
      'LimitExceededException: Cannot exceed quota for PoliciesPerUser: 10',
    )
    const { AttachedPolicies } = await iam.send(
      new ListAttachedUserPoliciesCommand({ UserName: 'gus', PathPrefix: '/service-role/' }),
    )
    for (const { PolicyArn } of AttachedPolicies ?? []) expect(PolicyArn).toContain(':policy/service-role/')
    expect(await fault(attach('arn:aws:iam::aws:policy/NoSuchPolicy'))).toBe(
      'NoSuchEntityException: Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.',
    )
    expect(await fault(attach('arn:aws:s3:::bucket/policy'))).toBe(
      'InvalidInputException: ARN arn:aws:s3:::bucket/policy is not valid.',
    )
  })

  it('do not reach across accounts', async () => {
    const { iam, server } = under
    const foreign = server.iam(foreignRoot)
    const { Policy } = await foreign.send(new CreatePolicyCommand({ PolicyName: 'theirs', PolicyDocument: allow('*') }))
    const PolicyArn = Policy?.Arn ?? ''
    expect(await fault(iam.send(new AttachRolePolicyCommand({ RoleName: 'bounded', PolicyArn })))).toBe(
      `NoSuchEntityException: Policy ${PolicyArn} does not exist or is not attachable.`,
    )
    expect(await fault(iam.send(new GetPolicyCommand({ PolicyArn })))).toMatch(/^AccessDenied: /)
    expect((await foreign.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies).toHaveLength(1)
  })

  it('say what is not attached', async () => {
    const detach = under.iam.send(new DetachRolePolicyCommand({ RoleName: 'bounded', PolicyArn: administrator }))
    expect(await fault(detach)).toBe(`NoSuchEntityException: Policy ${administrator} was not found.`)
  })
})
