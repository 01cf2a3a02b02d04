/**
 * One call as one line: the JSON text of its record, put together from text that is known of its caller and operation already,
 * for every call pays for its line. CloudTrail User Guide, "CloudTrail record contents"; the `decision` block is ours.
 */

import { randomUUID } from 'node:crypto'
import type { Caller } from '../kernel/caller.ts'
import type { CallEvent } from '../kernel/event.ts'
import type { BoundOperation } from '../kernel/service.ts'
import { additionalData, decisionBlock, eventTime, parameters, userIdentity } from './cloudtrail.ts'

/** Without its line break. Members that are undefined are left out, as `JSON.stringify` does. */
export function auditLine(event: CallEvent): string {
  const { operation, caller, origin, error } = event
  const named = operation === undefined ? nameless : nameOf(operation)
  const who =
    caller === undefined || origin.invokedBy !== undefined ? callerText(caller, origin.invokedBy) : known(caller)
  // Few and long pieces: joining texts costs by their number.
  return (
    `${who.opening}${eventTime(event.time)}${named.source}${quoted(event.region)}` +
    text(',"sourceIPAddress":', origin.invokedBy ?? origin.ip) +
    text(',"userAgent":', origin.userAgent) +
    (error === undefined ? '' : `,"errorCode":${quoted(error.code)},"errorMessage":${quoted(error.message)}`) +
    `,"requestParameters":${JSON.stringify(parameters(event))},"responseElements":null` +
    json(',"additionalEventData":', additionalData(event)) +
    `,"requestID":${quoted(event.requestId)},"eventID":"${randomUUID()}${named.type}${who.recipient}${decisionText(event)}}`
  )
}

interface NameText {
  readonly source: string
  readonly type: string
}

const readOnlyNames = /^(Get|List|Describe|Head|BatchGet|Search|Simulate|Select|Lookup|Decode|Test)/
const always = ',"eventType":"AwsApiCall","managementEvent":true'
const nameless: NameText = { source: '","awsRegion":', type: `"${always}` }
const names = new WeakMap<BoundOperation, NameText>()

function nameOf(bound: BoundOperation): NameText {
  const made = names.get(bound)
  if (made !== undefined) return made
  const { name } = bound.operation
  const service = `${bound.service.definition.name}.amazonaws.com`
  const source = `","eventSource":${quoted(service)},"eventName":${quoted(name)},"awsRegion":`
  const fresh = { source, type: `","readOnly":${readOnlyNames.test(name)}${always}` }
  names.set(bound, fresh)
  return fresh
}

interface CallerText {
  readonly opening: string
  readonly recipient: string
}

const callers = new WeakMap<Caller, CallerText>()

function known(caller: Caller): CallerText {
  const made = callers.get(caller)
  if (made !== undefined) return made
  const fresh = callerText(caller, undefined)
  callers.set(caller, fresh)
  return fresh
}

function callerText(caller: Caller | undefined, invokedBy: string | undefined): CallerText {
  const identity = JSON.stringify(userIdentity(caller, invokedBy))
  return {
    opening: `{"eventVersion":"1.11","userIdentity":${identity},"eventTime":"`,
    recipient: `${text(',"recipientAccountId":', caller?.account)},"eventCategory":"Management"`,
  }
}

function decisionText({ verdict, authorizationId }: CallEvent): string {
  if (verdict === undefined) return ''
  if (verdict.exempt !== undefined) return `,"decision":{"outcome":"exempt","reason":${quoted(verdict.exempt)}}`
  return json(',"decision":', decisionBlock(verdict, authorizationId))
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : name + quoted(value)
}

function json(name: string, value: unknown): string {
  return value === undefined ? '' : name + JSON.stringify(value)
}

/** Nothing that JSON escapes: no quote, backslash, control character or half of a surrogate pair. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

function quoted(value: string): string {
  return plain.test(value) ? `"${value}"` : JSON.stringify(value)
}
