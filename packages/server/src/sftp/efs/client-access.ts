/**
 * What the user's role may do with a file system as a whole, before any permission bit counts: `ClientMount` to read, `ClientWrite` to
 * write, `ClientRootAccess` to be root. EFS User Guide, "Using IAM to control file system data access"; CloudTrail names the question
 * `NewClientConnection`.
 */

import { requestId, ServiceFault, serviceModel } from '@scopedown/wire'
import type { Origin } from '../../kernel/call.ts'
import type { Caller } from '../../kernel/caller.ts'
import type { Verdict } from '../../kernel/enforce.ts'
import type { Kernel, Progress } from '../../kernel/kernel.ts'
import { type CommandShape, operationsOf } from '../../kernel/operation.ts'
import { requires } from '../../kernel/requirement.ts'
import { type BoundOperation, bind } from '../../kernel/service.ts'
import { allowedDecisions, deniedDecision } from '../files/decided.ts'
import type { Tell } from '../files/decisions.ts'

export type ClientAccess = 'ClientMount' | 'ClientWrite' | 'ClientRootAccess'

interface Connection {
  readonly FileSystemArn: string | undefined
  readonly Access: ClientAccess | undefined
}

/** No API of AWS has this operation, so no SDK brings its schema: it is a question of the server to itself, and not routed. */
const schema = {
  NewClientConnection$: [
    9,
    'com.amazonaws.elasticfilesystem',
    'NewClientConnection',
    0,
    () => [
      3,
      'com.amazonaws.elasticfilesystem',
      'NewClientConnectionRequest',
      0,
      ['FileSystemArn', 'Access'],
      [0, 0],
      2,
    ],
    () => [3, 'com.amazonaws.elasticfilesystem', 'NewClientConnectionResponse', 0, [], []],
  ],
}
type Schema = typeof schema & { NewClientConnectionCommand: new () => CommandShape<Connection, object> }

const declare = operationsOf<undefined>()(schema as Schema, () => undefined)

const newClientConnection = declare('NewClientConnection', {
  authorize: ({ input }) => [requires(`elasticfilesystem:${input.Access}`, input.FileSystemArn)],
  handle: () => ({}),
})

const bound = bind(
  {
    name: 'elasticfilesystem',
    protocol: 'restJson',
    model: serviceModel(schema),
    routeKey: '',
    scope: 'regional',
    operations: [newClientConnection],
  },
  undefined,
).operations.get('NewClientConnection') as BoundOperation

export interface ClientAccessOptions {
  readonly kernel: Kernel
  /** All of them must be allowed. */
  readonly callers: () => Promise<readonly Caller[]>
  readonly origin: Origin
  readonly region: string
  /** ARN of a file system by its id. */
  readonly arnOf: (fileSystemId: string) => string
  /** For explanations. */
  readonly decided?: (verdict: Verdict) => void
}

export async function mayAccess(
  access: ClientAccess,
  fileSystemId: string,
  { kernel, callers, origin, region, arnOf, decided }: ClientAccessOptions,
  tell: Tell,
): Promise<boolean> {
  const input: Connection = { FileSystemArn: arnOf(fileSystemId), Access: access }
  for (const caller of await callers()) {
    const asked = { operation: bound, input, caller, origin, region, requestId: requestId(), time: kernel.clock() }
    const progress: Progress = { input: undefined, verdict: undefined, authorizationId: undefined }
    let thrown: unknown
    try {
      await kernel.perform(asked, progress)
      for (const decision of allowedDecisions(progress.verdict, asked.requestId)) tell(decision)
    } catch (error) {
      thrown = error
      const refusal = progress.verdict?.refusal
      if (refusal === undefined || !(error instanceof ServiceFault)) throw error
      tell(deniedDecision(refusal, progress.authorizationId))
      return false
    } finally {
      if (progress.verdict !== undefined) decided?.(progress.verdict)
      await kernel.record(asked, progress, thrown)
    }
  }
  return true
}
