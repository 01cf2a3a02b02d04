import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Caller, serviceCaller } from '../kernel/caller.ts'
import type { CallEvent } from '../kernel/event.ts'
import type { BoundOperation } from '../kernel/service.ts'
import { auditLine } from './audit-line.ts'
import { additionalData, decisionBlock, eventTime, parameters, userIdentity } from './cloudtrail.ts'

/** The record as an object, whose text the line must be. */
function record(event: CallEvent, eventID: unknown): Record<string, unknown> {
  const { operation, caller, origin, verdict } = event
  const name = operation?.operation.name
  const exempt = verdict?.exempt
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(caller, origin.invokedBy),
    eventTime: eventTime(event.time),
    eventSource: operation && `${operation.service.definition.name}.amazonaws.com`,
    eventName: name,
    awsRegion: event.region,
    sourceIPAddress: origin.invokedBy ?? origin.ip,
    userAgent: origin.userAgent,
    errorCode: event.error?.code,
    errorMessage: event.error?.message,
    requestParameters: parameters(event),
    responseElements: null,
    additionalEventData: additionalData(event),
    requestID: event.requestId,
    eventID,
    readOnly: name && /^(Get|List)/.test(name),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: caller?.account,
    eventCategory: 'Management',
    decision:
      verdict && (exempt ? { outcome: 'exempt', reason: exempt } : decisionBlock(verdict, event.authorizationId)),
  }
}

const operation = (service: string, name: string): BoundOperation =>
  ({
    service: { definition: { name: service } },
    operation: { name, audited: (input: object) => input, model: {} },
  }) as unknown as BoundOperation

const user = (name: string): Caller => ({
  ...serviceCaller('x', '123456789012'),
  principal: { kind: 'user', name } as Caller['principal'],
  arn: `arn:aws:iam::123456789012:user/${name}`,
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
})

const session: Caller = {
  ...serviceCaller('x', '123456789012'),
  principal: { kind: 'session', roleArn: 'arn:aws:iam::123456789012:role/r', roleId: 'AROAX' } as Caller['principal'],
  sourceIdentity: 'me',
  session: {
    kind: 'assumedRole',
    name: 's',
    issuedAt: 0,
    expiresAt: 1,
    transitiveTagKeys: [],
    sessionTags: new Map(),
  },
}

/** Every kind of character that JSON treats in a way of its own, halves of pairs among them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\u0000', '\u007f', '\u2028', 'é', '\ud800', '\udc00', 'a', '/'),
  }),
)
const orNone = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })

const events: fc.Arbitrary<CallEvent> = fc.record({
  requestId: text,
  time: fc.integer({ min: 0, max: 4e12 }),
  origin: fc.record({ ip: orNone(text), userAgent: orNone(text), secure: fc.boolean(), invokedBy: orNone(text) }),
  region: text,
  operation: orNone(fc.constantFrom(operation('iam', 'GetUser'), operation('odd"name', 'Put"It'))),
  caller: orNone(fc.oneof(text.map(user), fc.constantFrom(user('same'), session, serviceCaller('glue.x', '1')))),
  input: orNone(fc.dictionary(text, text)),
  verdict: orNone(
    fc.record({
      exempt: orNone(text.filter((reason) => reason !== '')),
      answers: fc.constant([]),
      refusal: fc.constant(undefined),
    }),
  ),
  remark: orNone(fc.dictionary(text, text)),
  error: orNone(fc.record({ code: text, message: text })),
  authorizationId: orNone(text),
}) as fc.Arbitrary<CallEvent>

describe('auditLine', () => {
  it('is the text of its record to the byte, whatever the call', () => {
    fc.assert(
      fc.property(events, (event) => {
        const line = auditLine(event)
        const { eventID } = JSON.parse(line) as { eventID: string }
        expect(eventID).toMatch(/^[0-9a-f-]{36}$/)
        expect(line).toBe(JSON.stringify(record(event, eventID)))
        // The texts that are kept of a caller and an operation say the same the next time.
        expect(auditLine(event).length).toBe(line.length)
      }),
      { numRuns: 2000 },
    )
  })

  it('has an id of its own', () => {
    const [event] = fc.sample(events, { numRuns: 1, seed: 1 }) as [CallEvent]
    const ids = [auditLine(event), auditLine(event)].map((line) => (JSON.parse(line) as { eventID: string }).eventID)
    expect(ids[0]).not.toBe(ids[1])
  })
})
