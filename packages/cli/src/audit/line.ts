/** An audit record as one line for a person. CloudTrail User Guide, "CloudTrail record contents". */

import { printable } from '@scopedown/engine'

/** The members of a record that a line shows; a file may be cut or edited, so none is relied on. */
export interface AuditRecord {
  readonly eventTime?: unknown
  readonly eventSource?: unknown
  readonly eventName?: unknown
  readonly errorCode?: unknown
  readonly errorMessage?: unknown
  readonly sourceIPAddress?: unknown
  readonly userIdentity?: { readonly arn?: unknown; readonly type?: unknown; readonly invokedBy?: unknown }
  readonly decision?: {
    readonly outcome?: unknown
    readonly authorizationId?: unknown
    readonly requirements?: unknown
  }
}

/** Undefined for what is no record. */
export function readRecord(line: string): AuditRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether policies refused it: a wrong signature or a malformed request is an error, not a denial. */
export function isDenied({ decision }: AuditRecord): boolean {
  return decision?.outcome === 'implicitDeny' || decision?.outcome === 'explicitDeny'
}

/** `2026-01-02T03:04:05Z denied  iam:GetUser by arn:… on arn:…: implicitDeny by identity (scopedown explain ID)` */
export function auditLine(record: AuditRecord, colour: boolean): string {
  const paint = (text: string, code: number) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const denied = isDenied(record)
  const [word, code] = denied ? ['denied ', 31] : record.errorCode === undefined ? ['ok     ', 32] : ['error  ', 33]
  const service = text(record.eventSource).replace(/\.amazonaws\.com$/, '')
  const call = record.eventName === undefined ? 'unknown operation' : `${service}:${text(record.eventName)}`
  const who = text(record.userIdentity?.arn ?? record.userIdentity?.invokedBy) || 'unknown caller'
  const why = denied ? denial(record) : record.errorCode === undefined ? '' : `: ${text(record.errorCode)}`
  return `${text(record.eventTime)} ${paint(word, code)} ${call} by ${who}${why}`
}

function denial({ decision }: AuditRecord): string {
  const refused = requirements(decision?.requirements).find(({ outcome }) => outcome === decision?.outcome)
  const by = Array.isArray(refused?.by) ? refused.by.map(text).join(', ') : ''
  const what = refused === undefined ? '' : ` on ${text(refused.resource)}: no ${text(refused.action)}`
  const id = text(decision?.authorizationId)
  return `${what}, ${text(decision?.outcome)}${by === '' ? '' : ` by ${by}`}${id === '' ? '' : ` (scopedown explain ${id})`}`
}

interface RequirementRecord {
  readonly action?: unknown
  readonly resource?: unknown
  readonly outcome?: unknown
  readonly by?: unknown
}

function requirements(value: unknown): readonly RequirementRecord[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? printable(value) : ''
}
