/**
 * The console's own API, `scopedown:*`, in the form of the SDK's schema tuples (`@smithy/types`, static schemas): what no AWS
 * API tells, the calls of this server and how each was decided.
 */

const namespace = 'dev.scopedown.console'
const text = 0
const boolean = 2
const number = 1
const document = 15

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
  ['Message'],
  [text],
]
const operation = (name: string, input: Ref, output: Ref) => [9, namespace, name, 0, input, output] as const

const statement = structure('DecidingStatement', {
  Type: text,
  Policy: text,
  Statement: number,
  Sid: text,
  Effect: text,
})
const requirement = structure('DecidedRequirement', {
  Action: text,
  Resource: text,
  Outcome: text,
  By: list('PolicyTypes', text),
  Statements: list('DecidingStatements', statement),
  KeysMissing: list('ConditionKeys', text),
})
const call = structure('Call', {
  Place: text,
  Time: text,
  RequestId: text,
  Service: text,
  Operation: text,
  Principal: text,
  PrincipalType: text,
  InvokedBy: text,
  Region: text,
  SourceIp: text,
  UserAgent: text,
  ErrorCode: text,
  ErrorMessage: text,
  Outcome: text,
  AuthorizationId: text,
  Requirements: list('DecidedRequirements', requirement),
  Parameters: document,
})

export const ListCalls$ = operation(
  'ListCalls',
  structure('ListCallsRequest', {
    Principal: text,
    Action: text,
    Resource: text,
    Outcome: text,
    WithoutConsole: boolean,
    After: text,
    WaitSeconds: number,
    MaxResults: number,
    NextToken: text,
  }),
  structure('ListCallsResponse', { Calls: list('Calls', call), Newest: text, NextToken: text }),
)

const policy = structure('ExplainedPolicy', {
  Name: text,
  Type: text,
  Inline: boolean,
  AttachedTo: text,
  Document: text,
})

export const GetExplanation$ = operation(
  'GetExplanation',
  structure('GetExplanationRequest', { AuthorizationId: text }, 1),
  structure('GetExplanationResponse', {
    AuthorizationId: text,
    Time: text,
    RequestId: text,
    Operation: text,
    Principal: text,
    Context: document,
    Explanation: document,
    Policies: list('ExplainedPolicies', policy),
  }),
)

export const GetServer$ = operation(
  'GetServer',
  structure('GetServerRequest', {}),
  structure('GetServerResponse', { Region: text, Account: text, Partition: text }),
)

export const AccessDeniedException$ = error('AccessDeniedException', 400)
export const ResourceNotFoundException$ = error('ResourceNotFoundException', 404)
export const ValidationException$ = error('ValidationException', 400)

export type CallOutcome = 'allowed' | 'implicitDeny' | 'explicitDeny' | 'exempt' | 'none'

export interface Call {
  Place: string
  Time: string
  RequestId: string
  Service?: string | undefined
  Operation?: string | undefined
  Principal?: string | undefined
  PrincipalType: string
  InvokedBy?: string | undefined
  Region: string
  SourceIp?: string | undefined
  UserAgent?: string | undefined
  ErrorCode?: string | undefined
  ErrorMessage?: string | undefined
  /** `none`: the call failed before it was decided. */
  Outcome: CallOutcome
  AuthorizationId?: string | undefined
  Requirements: {
    Action: string
    Resource: string
    Outcome: string
    By: string[]
    Statements: {
      Type: string
      Policy?: string | undefined
      Statement: number
      Sid?: string | undefined
      Effect: string
    }[]
    KeysMissing: string[]
  }[]
  Parameters?: unknown
}

interface ListCallsInput {
  Principal?: string
  Action?: string
  Resource?: string
  Outcome?: string
  WithoutConsole?: boolean
  After?: string
  WaitSeconds?: number
  MaxResults?: number
  NextToken?: string
}

/** Only for their types, as the SDK's command classes are. */
export declare class ListCallsCommand {
  constructor(input: ListCallsInput)
  readonly input: ListCallsInput
  resolveMiddleware(): Handler<ListCallsInput, { Calls: Call[]; Newest?: string; NextToken?: string }>
}

export declare class GetExplanationCommand {
  constructor(input: { AuthorizationId: string | undefined })
  readonly input: { AuthorizationId: string | undefined }
  resolveMiddleware(): Handler<
    { AuthorizationId: string | undefined },
    {
      AuthorizationId: string
      Time: string
      RequestId: string
      Operation: string
      Principal: string
      Context: unknown
      Explanation: unknown
      Policies: {
        Name: string
        Type: string
        Inline: boolean
        AttachedTo?: string | undefined
        Document?: string | undefined
      }[]
    }
  >
}

export declare class GetServerCommand {
  constructor(input: object)
  readonly input: object
  resolveMiddleware(): Handler<object, { Region: string; Account: string; Partition: string }>
}

type Handler<Input, Output> = (args: { input: Input }) => Promise<{ output: Output & { $metadata: object } }>
