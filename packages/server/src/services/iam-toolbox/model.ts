/**
 * IAM Toolbox (REST JSON, 2018-05-10): the one operation of it that explains a denial. No SDK package carries its model, so
 * its schema stands here in the form of the SDK's tuples (`@smithy/types`, static schemas), from the API reference.
 */

const namespace = 'com.amazonaws.iamtoolbox'
const text = 0
const boolean = 2
const document = 15
const mapOfText = 128 + text
/** Trait bits: 1 is `httpLabel`. */
const httpLabel = 1

type Ref = unknown
const structure = (name: string, members: Readonly<Record<string, Ref>>, required = 0): readonly unknown[] => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
  required,
]
const list = (name: string, member: Ref): readonly unknown[] => [1, namespace, name, 0, member]
const error = (name: string, httpError: number): readonly unknown[] => [
  -3,
  namespace,
  name,
  { error: httpError < 500 ? 'client' : 'server', httpError },
  ['message'],
  [text],
]

const matchedStatement = structure('MatchedStatement', { sid: text, evaluatedEffect: text })
const matchedPolicy = structure('MatchedPolicy', {
  uri: text,
  matchedStatements: list('MatchedStatements', matchedStatement),
})
const evaluation = structure('Evaluation', {
  action: text,
  resource: text,
  context: mapOfText,
  evaluatedEffect: text,
  matchedPolicies: list('MatchedPolicies', matchedPolicy),
})
const policy = structure('PolicyReference', {
  type: text,
  inline: boolean,
  uri: text,
  attachedTo: list('Attachments', structure('Attachment', { arn: text })),
})

export const GetRequestAuthorizationDetails$ = [
  9,
  namespace,
  'GetRequestAuthorizationDetails',
  { http: ['GET', '/authorization-details/{authorizationId}', 200] },
  structure(
    'GetRequestAuthorizationDetailsRequest',
    { authorizationId: [text, httpLabel], nextToken: [text, { httpQuery: 'nextToken' }] },
    1,
  ),
  structure('GetRequestAuthorizationDetailsResponse', {
    requestContext: mapOfText,
    evaluations: list('Evaluations', evaluation),
    policies: list('PolicyReferences', policy),
    nextToken: text,
    // Ours: the engine's own explanation, from which `scopedown explain ID` draws its tree. AWS's clients pass over it.
    explanation: document,
  }),
] as const

export const AccessDeniedException$ = error('AccessDeniedException', 403)
export const ResourceNotFoundException$ = error('ResourceNotFoundException', 404)
export const ValidationException$ = error('ValidationException', 400)
export const InternalServerException$ = error('InternalServerException', 500)

interface Input {
  authorizationId: string | undefined
  nextToken?: string | undefined
}

interface Output {
  $metadata: object
  requestContext: Record<string, string>
  evaluations: {
    action: string
    resource: string
    context: Record<string, string>
    evaluatedEffect: 'ALLOW' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY'
    matchedPolicies: { uri: string; matchedStatements: { sid: string; evaluatedEffect: 'ALLOW' | 'DENY' }[] }[]
  }[]
  policies: { type: string; inline: boolean; uri: string; attachedTo: { arn: string }[] }[]
  nextToken?: string
  explanation: object
}

/** Only for its types, as the SDK's command classes are. */
export declare class GetRequestAuthorizationDetailsCommand {
  constructor(input: Input)
  readonly input: Input
  resolveMiddleware(): (args: { input: Input }) => Promise<{ output: Output }>
}
