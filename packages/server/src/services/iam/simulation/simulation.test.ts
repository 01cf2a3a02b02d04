import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, it } from 'vitest'
import { account, allow, ec2Trust, fault, useIam } from '../iam-under-test.test-data.ts'

const under = useIam()
const bucket = 'arn:aws:s3:::bucket'
const object = `${bucket}/key`
const ann = `arn:aws:iam::${account}:user/team/ann`
const everything = allow('*')

const deny = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] })

/** Laid out, so that places can be told apart. */
const laidOut = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "s3:Get*", "Resource": "${bucket}/*" },
    {
      "Effect": "Deny", "Action": "s3:GetObject", "Resource": "${bucket}/secret"
    }
  ]
}`

const custom = async (input: Partial<SimulateCustomPolicyCommandInput>) => {
  const full = { PolicyInputList: [everything], ActionNames: ['s3:GetObject'], ...input }
  return (await under.iam.send(new SimulateCustomPolicyCommand(full))).EvaluationResults ?? []
}

const principal = async (input: Partial<SimulatePrincipalPolicyCommandInput>) => {
  const full = { PolicySourceArn: ann, ActionNames: ['s3:GetObject'], ...input }
  return (await under.iam.send(new SimulatePrincipalPolicyCommand(full))).EvaluationResults ?? []
}

describe('SimulateCustomPolicy', () => {
  it('tells which statement decided, and where it stands', async () => {
    const [result] = await custom({ PolicyInputList: [deny('iam:*'), laidOut], ResourceArns: [object] })
    expect(result).toEqual({
      EvalActionName: 's3:GetObject',
      EvalResourceName: object,
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.2',
          SourcePolicyType: 'none',
          StartPosition: { Line: 4, Column: 5 },
          EndPosition: { Line: 4, Column: 84 },
        },
      ],
      MissingContextValues: [],
      ResourceSpecificResults: [
        {
          EvalResourceName: object,
          EvalResourceDecision: 'allowed',
          MatchedStatements: [expect.objectContaining({ SourcePolicyId: 'PolicyInputList.2' })],
          MissingContextValues: [],
        },
      ],
    })
  })

  it('tells only the denies where something denies, and each resource by itself', async () => {
    const [result] = await custom({
      PolicyInputList: [laidOut],
      ResourceArns: [object, `${bucket}/secret`, 'arn:aws:s3:::other/key'],
    })
    expect(result?.EvalDecision).toBe('explicitDeny')
    expect(result?.ResourceSpecificResults?.map((each) => [each.EvalResourceDecision, each.MatchedStatements])).toEqual(
      [
        ['allowed', [expect.objectContaining({ StartPosition: { Line: 4, Column: 5 } })]],
        [
          'explicitDeny',
          [expect.objectContaining({ StartPosition: { Line: 5, Column: 5 }, EndPosition: { Line: 7, Column: 6 } })],
        ],
        ['implicitDeny', []],
      ],
    )
  })

  it('names the keys that were not given: for * at the top, else with each resource', async () => {
    const policy = allow('s3:GetObject', [`${bucket}/\${aws:username}/*`, '*'], {
      StringEquals: { 'aws:PrincipalTag/team': 'blue' },
    })
    const [star] = await custom({ PolicyInputList: [policy] })
    expect(star).toMatchObject({
      EvalResourceName: '*',
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['aws:PrincipalTag/team', 'aws:username'],
    })
    expect(star).not.toHaveProperty('ResourceSpecificResults')
    const given = [
      { ContextKeyName: 'AWS:PrincipalTag/Team', ContextKeyValues: ['blue'], ContextKeyType: 'string' },
    ] as const
    const [named] = await custom({
      PolicyInputList: [policy],
      ResourceArns: [object],
      ContextEntries: [...given] as never,
    })
    expect(named).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: [],
      ResourceSpecificResults: [{ MissingContextValues: ['aws:username'] }],
    })
    const [asAnn] = await custom({
      PolicyInputList: [allow('s3:GetObject', `${bucket}/\${aws:username}/*`)],
      ResourceArns: [`${bucket}/ann/x`],
      CallerArn: ann,
    })
    expect(asAnn).toMatchObject({ EvalDecision: 'allowed', ResourceSpecificResults: [{ MissingContextValues: [] }] })
  })

  it.each([
    ['string', ['a'], { StringEquals: { 'x:key': 'a' } }],
    ['stringList', ['a', 'b'], { 'ForAllValues:StringEquals': { 'x:key': ['a', 'b', 'c'] } }],
    ['numeric', ['10'], { NumericGreaterThan: { 'x:key': '9.5' } }],
    ['boolean', ['TRUE'], { Bool: { 'x:key': 'true' } }],
    ['ip', ['10.1.2.3'], { IpAddress: { 'x:key': '10.0.0.0/8' } }],
    ['date', ['2026-01-01T00:00:00Z'], { DateGreaterThan: { 'x:key': '2025-01-01T00:00:00Z' } }],
    ['binary', ['AQID'], { BinaryEquals: { 'x:key': 'AQID' } }],
  ])('reads a context entry of type %s', async (ContextKeyType, ContextKeyValues, condition) => {
    const PolicyInputList = [allow('s3:GetObject', '*', condition)]
    const entry = { ContextKeyName: 'x:key', ContextKeyValues, ContextKeyType: ContextKeyType as 'string' }
    const [result] = await custom({ PolicyInputList, ContextEntries: [entry] })
    expect(result?.EvalDecision).toBe('allowed')
  })

  it('shows what boundary and organization say', async () => {
    const levels = (...lists: string[][]) =>
      lists.map((ServiceControlPolicyInputList) => ({ ServiceControlPolicyInputList }))
    const [bounded] = await custom({ PermissionsBoundaryPolicyInputList: [allow('iam:*')] })
    expect(bounded).toMatchObject({
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    })
    const [open] = await custom({
      PermissionsBoundaryPolicyInputList: [everything],
      OrderedOrganizationPolicyInputList: levels([everything], [allow('s3:*')]),
    })
    expect(open).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    })
    const scp = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
        },
      ],
    })
    const [denied] = await custom({ OrderedOrganizationPolicyInputList: levels([everything], [scp]) })
    // Neither the statements of service control policies nor their keys are told.
    expect(denied).toMatchObject({
      EvalDecision: 'explicitDeny',
      MatchedStatements: [],
      MissingContextValues: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    })
  })

  it('asks a resource policy too, and across accounts both sides', async () => {
    const grant = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ann }, Action: 's3:GetObject', Resource: `${bucket}/*` }],
    })
    const asked = { PolicyInputList: [allow('iam:*')], ResourceArns: [object], CallerArn: ann, ResourcePolicy: grant }
    const [same] = await custom(asked)
    expect(same).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'resource' }],
    })
    expect(same).not.toHaveProperty('EvalDecisionDetails')
    const [across] = await custom({ ...asked, ResourceOwner: 'arn:aws:iam::210987654321:root' })
    expect(across).toMatchObject({
      EvalDecision: 'implicitDeny',
      EvalDecisionDetails: { identity: 'implicitDeny', resource: 'allowed' },
      ResourceSpecificResults: [{ EvalDecisionDetails: { identity: 'implicitDeny', resource: 'allowed' } }],
    })
  })

  it('answers in pages, in the order of the actions', async () => {
    const ActionNames = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject']
    const input = { PolicyInputList: [everything], ActionNames }
    const first = await under.iam.send(new SimulateCustomPolicyCommand({ ...input, MaxItems: 2 }))
    expect(first.EvaluationResults?.map(({ EvalActionName }) => EvalActionName)).toEqual(ActionNames.slice(0, 2))
    const rest = await under.iam.send(new SimulateCustomPolicyCommand({ ...input, Marker: first.Marker }))
    expect(rest.EvaluationResults?.map(({ EvalActionName }) => EvalActionName)).toEqual(ActionNames.slice(2))
    expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false])
  })

  it('keeps one call short: fewer results a page, and none of a question that is too large', async () => {
    const Statement = Array.from({ length: 1000 }, () => ({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }))
    const PolicyInputList = [JSON.stringify({ Version: '2012-10-17', Statement })]
    const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']
    const ResourceArns = (count: number) => Array.from({ length: count }, (_, index) => `${bucket}/${index}`)
    const input = { PolicyInputList, ActionNames }
    const page = await under.iam.send(new SimulateCustomPolicyCommand({ ...input, ResourceArns: ResourceArns(400) }))
    expect(page.EvaluationResults?.length).toBe(2)
    expect(page.IsTruncated).toBe(true)
    expect(await fault(custom({ ...input, ResourceArns: ResourceArns(1000) }))).toBe(
      'InvalidInputException: The simulation is too large: it needs fewer resources or fewer statements.',
    )
  })

  it.each([
    [{ ActionNames: ['s3:*'] }, 'InvalidInputException: Invalid action name: s3:*'],
    [{ ResourceArns: ['bucket'] }, 'InvalidInputException: Invalid resource ARN: bucket'],
    [{ PolicyInputList: ['{}'] }, 'InvalidInputException: PolicyInputList.1 is not a valid policy: '],
    [{ ResourcePolicy: everything }, 'InvalidInputException: CallerArn is required where ResourcePolicy is given.'],
    [{ CallerArn: `arn:aws:sts::${account}:assumed-role/r/s` }, 'InvalidInputException: Invalid Entity Arn: '],
    [{ ResourceOwner: 'me' }, 'InvalidInputException: Invalid ResourceOwner: me'],
    [
      { ContextEntries: [{ ContextKeyName: 'x:key', ContextKeyValues: ['ten'], ContextKeyType: 'numeric' as const }] },
      'InvalidInputException: The value ten of the context key x:key is not a number.',
    ],
    [
      {
        ContextEntries: [{ ContextKeyName: 'x:key', ContextKeyValues: ['a', 'b'], ContextKeyType: 'string' as const }],
      },
      'InvalidInputException: The context key x:key of type string must have exactly one value.',
    ],
    [
      { PermissionsBoundaryPolicyInputList: [everything, everything] },
      'ValidationError: 1 validation error detected: ',
    ],
  ])('refuses %j', async (input, sentence) => {
    expect(await fault(custom(input))).toContain(sentence)
  })
})

describe('SimulatePrincipalPolicy', () => {
  const managed = `arn:aws:iam::${account}:policy/own`
  beforeAll(async () => {
    const { iam } = under
    await iam.send(new CreateUserCommand({ UserName: 'ann', Path: '/team/' }))
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'inline', PolicyDocument: allow('s3:GetObject') }),
    )
    await iam.send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: allow('s3:PutObject') }))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'ann', PolicyArn: managed }))
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
    await iam.send(new AttachUserPolicyCommand({ UserName: 'ann', PolicyArn }))
    await iam.send(new CreateGroupCommand({ GroupName: 'crew' }))
    await iam.send(
      new PutGroupPolicyCommand({ GroupName: 'crew', PolicyName: 'shared', PolicyDocument: allow('glue:GetTable') }),
    )
    await iam.send(new AddUserToGroupCommand({ GroupName: 'crew', UserName: 'ann' }))
    await iam.send(new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument: ec2Trust }))
    const PolicyDocument = allow('s3:GetObject', '*', { StringEquals: { 'aws:userid': 'x' } })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName: 'p', PolicyDocument }))
  })

  it('names each policy and what it is', async () => {
    const ActionNames = ['s3:GetObject', 's3:PutObject', 'iam:ListUsers', 'glue:GetTable', 's3:DeleteObject']
    const results = await principal({ ActionNames })
    const sources = results.map(({ MatchedStatements = [] }) =>
      MatchedStatements.map(({ SourcePolicyId, SourcePolicyType }) => [SourcePolicyId, SourcePolicyType]),
    )
    expect(sources).toEqual([
      [['inline', 'user']],
      [['own', 'user-managed']],
      [['IAMReadOnlyAccess', 'aws-managed']],
      [['shared', 'group']],
      [],
    ])
  })

  it('adds policies, and replaces the boundary', async () => {
    const [added] = await principal({ ActionNames: ['s3:DeleteObject'], PolicyInputList: [allow('s3:DeleteObject')] })
    expect(added).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }],
    })
    await under.iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'ann', PermissionsBoundary: managed }))
    const [bounded] = await principal({})
    expect(bounded).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    })
    const [other] = await principal({ PermissionsBoundaryPolicyInputList: [everything] })
    expect(other).toMatchObject({ EvalDecision: 'allowed' })
    const [without] = await principal({ PolicyExclusionList: [{ PolicyType: 'permission-boundary' }] })
    expect(without).toMatchObject({ EvalDecision: 'allowed' })
    expect(without).not.toHaveProperty('PermissionsBoundaryDecisionDetail')
  })

  it.each([
    [{ PolicyType: 'inline' as const }, ['implicitDeny', 'allowed']],
    [{ PolicyType: 'user-managed' as const }, ['allowed', 'implicitDeny']],
    [{ PolicyArn: `arn:aws:iam::${account}:policy/o?n` }, ['allowed', 'implicitDeny']],
    [{ PolicyArn: `arn:aws:iam::${account}:policy/other*` }, ['allowed', 'allowed']],
    [
      { InlinePolicyIdentifier: { PolicyName: 'inline', AttachmentType: 'user' as const, AttachmentName: 'a*' } },
      ['implicitDeny', 'allowed'],
    ],
    [
      { InlinePolicyIdentifier: { PolicyName: 'inline', AttachmentType: 'group' as const, AttachmentName: '*' } },
      ['allowed', 'allowed'],
    ],
  ])('leaves out %j', async (identifier, decisions) => {
    const results = await principal({
      ActionNames: ['s3:GetObject', 's3:PutObject'],
      PermissionsBoundaryPolicyInputList: [everything],
      PolicyExclusionList: [identifier],
    })
    expect(results.map(({ EvalDecision }) => EvalDecision)).toEqual(decisions)
  })

  it('simulates groups and roles', async () => {
    const group = `arn:aws:iam::${account}:group/crew`
    const [shared] = await principal({ PolicySourceArn: group, ActionNames: ['glue:GetTable'] })
    expect(shared).toMatchObject({ EvalDecision: 'allowed' })
    const [role] = await principal({ PolicySourceArn: `arn:aws:iam::${account}:role/runner` })
    expect(role).toMatchObject({ EvalDecision: 'implicitDeny', EvalActionName: 's3:GetObject' })
  })

  it('refuses what is no entity, and does not find what is not there', async () => {
    const ask = (PolicySourceArn: string) => fault(principal({ PolicySourceArn }))
    expect(await ask('arn:aws:s3:::bucket-of-a-name')).toMatch(/^InvalidInputException: Invalid Entity Arn: /)
    expect(await ask(`arn:aws:iam::${account}:user/ann`)).toBe(
      'NoSuchEntityException: The user with name ann cannot be found.',
    )
    expect(await ask('arn:aws:iam::210987654321:user/ann')).toMatch(/^AccessDenied: /)
  })
})

describe('context keys', () => {
  it('are listed for policies given, and for those of an entity', async () => {
    const valid = allow('s3:*', `arn:aws:s3:::\${aws:username}*`, { StringLike: { 'aws:UserAgent': '*' } })
    const broken = new GetContextKeysForCustomPolicyCommand({
      PolicyInputList: [valid, valid.replace('Allow', 'allow')],
    })
    expect(await fault(under.iam.send(broken))).toMatch(
      /^InvalidInputException: PolicyInputList\.2 is not a valid policy: .+ at line 1, column \d+$/,
    )
    const custom = await under.iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [valid] }))
    expect(custom.ContextKeyNames).toEqual(['aws:UserAgent', 'aws:username'])
    const PolicySourceArn = `arn:aws:iam::${account}:role/runner`
    const ofRole = await under.iam.send(
      new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn, PolicyInputList: [valid] }),
    )
    expect(ofRole.ContextKeyNames).toEqual(['aws:userid', 'aws:UserAgent', 'aws:username'])
  })
})
