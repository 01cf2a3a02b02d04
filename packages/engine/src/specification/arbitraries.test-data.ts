/** Generated policies and requests, over a vocabulary small enough that statements and requests often meet. */

import fc from 'fast-check'

const account = '123456789012'
const other = '111122223333'

export const principals = [
  `arn:aws:iam::${account}:user/alice`,
  `arn:aws:iam::${account}:user/team/bob`,
  `arn:aws:sts::${account}:assumed-role/etl/run-1`,
  `arn:aws:sts::${account}:assumed-role/etl/run-2`,
  `arn:aws:iam::${account}:role/etl`,
  `arn:aws:iam::${account}:role/aws-service-role/x.amazonaws.com/linked`,
  `arn:aws:sts::${account}:federated-user/fed`,
  `arn:aws:iam::${account}:root`,
  `arn:aws:iam::${other}:user/alice`,
  `arn:aws:sts::${other}:assumed-role/etl/run-1`,
  `arn:aws:iam::${other}:root`,
  'glue.amazonaws.com',
  `arn:aws:iam::${account}:saml-provider/corp`,
  '*',
]

const actions = [
  's3:GetObject',
  's3:PutObject',
  'glue:GetTable',
  'glue:GetTables',
  'sts:AssumeRole',
  'kms:Decrypt',
  'S3:getobject',
]
const actionPatterns = [
  '*',
  's3:*',
  's3:Get*',
  's3:?etObject',
  'glue:*Table*',
  'GLUE:GetTable',
  'sts:*',
  'kms:*',
  '*:Get*',
  's3:PutObject',
]

const resources = [
  '*',
  'arn:aws:s3:::bucket/alice/a.txt',
  'arn:aws:s3:::bucket/bob/a.txt',
  'arn:aws:s3:::bucket/a*b',
  'arn:aws:s3:::other',
  `arn:aws:glue:us-east-1:${account}:table/db/t1`,
  `arn:aws:glue:us-east-1:${account}:catalog`,
  `arn:aws:glue:us-east-1:${other}:table/db/t:1`,
  `arn:aws:iam::${account}:role/etl`,
  `arn:aws:kms:us-east-1:${account}:key/1`,
  'arn:aws-cn:s3:::bucket/alice/a.txt',
]

const resourcePatterns = [
  '*',
  'arn:aws:s3:::bucket/*',
  'arn:aws:s3:::bucket/${aws:username}/*',
  "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'alice'}/*",
  'arn:aws:s3:::bucket/alice/a.txt',
  'arn:aws:s3:::bucket/?lice/*.txt',
  'arn:aws:s3:::bucket/a${*}b',
  'arn:aws:s3:::bucket/${}/x',
  'arn:aws:s3*',
  'arn:aws:s3:*:alice/*',
  `arn:aws:glue:*:${account}:table/*`,
  'arn:aws:glue:us-*-1:*:table/db/t*',
  'arn:*:glue:??-east-1:*:*',
  'arn:aws:glue:us-*:*:*t1',
  `arn:aws:iam::${account}:role/*`,
  'arn:aws:*',
]

const indexedPatterns = ['alice', 'bob', 'a', 'ab', 'abc']
  .flatMap((name) => [
    `arn:aws:s3:::bucket/${name}/*`,
    `arn:aws:s3:::bucket/${name}/a.txt`,
    `arn:aws:s3:::bucket/${name}/?.txt`,
    `arn:aws:s3:::bucket/${name}*`,
    `arn:aws:glue:us-east-1:${account}:table/${name}/*`,
  ])
  .concat(resourcePatterns)

const principalEntries = [
  '*',
  account,
  other,
  `arn:aws:iam::${account}:root`,
  `arn:aws:iam::${account}:user/alice`,
  `arn:aws:iam::${account}:role/etl`,
  `arn:aws:sts::${account}:assumed-role/etl/run-1`,
  `arn:aws:sts::${account}:federated-user/fed`,
  `arn:aws:iam::${other}:user/alice`,
  'AIDAEXAMPLEALICE00001',
  'AROAEXAMPLEETL0000001',
]

const keys = [
  'aws:username',
  'aws:PrincipalTag/team',
  'aws:TagKeys',
  's3:prefix',
  's3:max-keys',
  'aws:CurrentTime',
  'aws:SourceIp',
  'aws:SecureTransport',
  'aws:PrincipalArn',
  'test:blob',
  'aws:userid',
]

const values = [
  'alice',
  'Alice',
  'al*',
  '?lice',
  '',
  'bob',
  '${aws:username}',
  "${aws:PrincipalTag/team, 'bob'}",
  '${aws:TagKeys}',
  '${*}',
  '${oops',
  '${a b}',
  '5',
  '05.0',
  '-1',
  '1e3',
  '2026-01-01',
  '2026-01-01T00:00:00Z',
  '2026',
  '1767225600',
  '10.0.0.0/8',
  '10.1.2.3',
  '2001:db8::/32',
  '2001:db8::1',
  'true',
  'FALSE',
  'YQ==',
  'YR==',
  `arn:aws:iam::${account}:*`,
  `arn:aws:iam::${account}:user/alice`,
  'arn:aws:iam:*:role/etl',
  '${aws:PrincipalArn}',
  '*',
]

const bases = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Null',
]

const oneOf = <T>(items: readonly T[]) => fc.constantFrom(...items)
const some = <T>(items: readonly T[], maxLength = 3) =>
  fc.oneof(oneOf(items), fc.array(oneOf(items), { minLength: 0, maxLength }))

const operator = fc
  .tuple(oneOf(['', '', '', 'ForAllValues:', 'ForAnyValue:']), oneOf(bases), oneOf(['', '', 'IfExists']))
  .map(([set, base, suffix]) => set + base + (base === 'Null' ? '' : suffix))

const condition = fc.dictionary(operator, fc.dictionary(oneOf(keys), some(values), { minKeys: 0, maxKeys: 2 }), {
  minKeys: 0,
  maxKeys: 2,
})

const element = <T>(name: string, plain: fc.Arbitrary<T>) =>
  fc.tuple(fc.integer({ min: 0, max: 5 }), plain).map(([die, value]) => ({ [die === 0 ? `Not${name}` : name]: value }))

export type Json = Record<string, unknown>

/** `principal`: resource-based kinds. */
export const statement = (principal: boolean): fc.Arbitrary<Json> =>
  fc
    .tuple(
      oneOf(['Allow', 'Allow', 'Deny']),
      element('Action', some(actionPatterns)),
      element('Resource', some(resourcePatterns)),
      fc.option(condition, { nil: undefined, freq: 2 }),
      fc.oneof(
        fc.constant('*' as unknown),
        fc.record({ AWS: some(principalEntries) }),
        fc.record({ Service: some(['glue.amazonaws.com', '*'], 1), AWS: some(principalEntries, 1) }),
        fc.record({ Federated: fc.constant(`arn:aws:iam::${account}:saml-provider/corp`) }),
      ),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([Effect, action, resource, Condition, who, die]) => {
      const negates = die === 0 && Effect === 'Deny' && who !== '*'
      const principalElement = principal ? { [negates ? 'NotPrincipal' : 'Principal']: who } : {}
      return { Effect, ...principalElement, ...action, ...resource, ...(Condition === undefined ? {} : { Condition }) }
    })

const version = oneOf(['2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17', undefined])

export const document = (principal: boolean): fc.Arbitrary<Json> =>
  fc
    .tuple(version, fc.array(statement(principal), { minLength: 0, maxLength: 4 }))
    .map(([Version, Statement]) => ({ ...(Version === undefined ? {} : { Version }), Statement }))

const rcpDocument = fc.array(statement(false), { minLength: 0, maxLength: 2 }).map((statements) => ({
  Version: '2012-10-17',
  Statement: statements.map(({ NotAction: _, Action, ...rest }) => ({
    ...rest,
    Effect: 'Deny',
    Principal: '*',
    Action: [Action ?? 's3:*'].flat().filter((action) => action !== '*'),
  })),
}))

const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 })

export interface JsonPolicySet {
  readonly identity?: Json[] | undefined
  readonly resource?: Json | undefined
  readonly boundary?: Json | undefined
  readonly session?: Json[] | undefined
  readonly scps?: Json[][] | undefined
  readonly rcps?: Json[][] | undefined
  readonly endpoint?: Json | undefined
}

const levels = (document: fc.Arbitrary<Json>) =>
  fc.array(fc.array(document, { minLength: 0, maxLength: 2 }), { minLength: 0, maxLength: 2 })

export const policySet: fc.Arbitrary<JsonPolicySet> = fc.record({
  identity: fc.option(fc.array(document(false), { minLength: 0, maxLength: 3 }), { nil: undefined, freq: 4 }),
  resource: rarely(document(true)),
  boundary: rarely(document(false)),
  session: rarely(fc.array(document(false), { minLength: 0, maxLength: 2 })),
  scps: rarely(levels(document(false))),
  rcps: rarely(levels(rcpDocument)),
  endpoint: rarely(document(true)),
})

const scalar = fc.oneof(
  oneOf(values.filter((value) => !value.includes('$'))),
  oneOf([5, 5.0, -1, 1e3, 0.1]),
  fc.boolean(),
)

/** So many statements that the compiled engine finds them through its index. */
export const largeDocument: fc.Arbitrary<Json> = fc
  .array(fc.tuple(statement(false), fc.array(oneOf(indexedPatterns), { minLength: 1, maxLength: 4 })), {
    minLength: 12,
    maxLength: 30,
  })
  .map((statements) => ({
    Version: '2012-10-17',
    Statement: statements.map(([{ Resource: _, NotResource: excluded, ...rest }, Resource]) =>
      excluded === undefined ? { ...rest, Resource } : { ...rest, NotResource: Resource },
    ),
  }))

/** So many statements that name callers that the compiled engine finds them by the caller. */
export const documentOfCallers: fc.Arbitrary<Json> = fc
  .array(fc.tuple(statement(true), some(principalEntries, 2), oneOf(indexedPatterns), fc.integer({ min: 0, max: 9 })), {
    minLength: 12,
    maxLength: 60,
  })
  .map((statements) => ({
    Version: '2012-10-17',
    Statement: statements.map(
      ([{ Principal: _, NotPrincipal: __, Action, NotAction, Effect, ...rest }, AWS, prefix, die]) => ({
        ...(die < 6 ? { Resource: prefix } : rest),
        Effect: die < 9 ? 'Allow' : Effect,
        ...(NotAction === undefined ? { Action: die < 5 ? '*' : Action } : { NotAction }),
        Principal: { AWS },
      }),
    ),
  }))

export const request = fc.record({
  principal: oneOf(principals),
  action: oneOf(actions),
  resource: oneOf(resources),
  context: fc.dictionary(oneOf(keys), fc.oneof(scalar, scalar, fc.array(scalar, { maxLength: 3 })), { maxKeys: 4 }),
})
