/**
 * Text → Policy, or every fault of the document with its place. Never throws.
 * IAM User Guide, "Grammar of the IAM JSON policy language" (reference_policies_grammar).
 */

import type { Diagnostic } from './diagnostic.ts'
import { DocumentReader, type Place } from './document-reader.ts'
import { type JsonNode, parseJson, pointerTo, SpanFinder, shorten } from './json.ts'
import { type KindRules, kindRules } from './kinds.ts'
import type { Policy, PolicyKind, PolicyVersion, Statement } from './policy.ts'
import { policySize, type QuotaName, quotas } from './quotas.ts'
import { readStatement } from './statement.ts'

export interface ParseOptions {
  /** Default `identity`. */
  readonly kind?: PolicyKind | undefined
  /** For explanations: ARN of a managed policy, name of an inline one. */
  readonly name?: string | undefined
  /** Refuse what is larger than this quota allows. Default: no quota. */
  readonly quota?: QuotaName | undefined
  /** Characters; a larger text is refused unread. Default 64 Mi. */
  readonly maxLength?: number | undefined
  /** Wildcards in the service part of a resource ARN. Default `match`. */
  readonly serviceWildcards?: 'match' | 'refuse' | undefined
  /** `Id` in identity-based kinds. Default `refuse`. */
  readonly idInIdentityPolicy?: 'refuse' | 'accept' | undefined
}

export type ParseResult =
  | { readonly ok: true; readonly policy: Policy; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

const defaultMaxLength = 64 * 1024 * 1024

export function parsePolicy(text: string, options: ParseOptions = {}): ParseResult {
  if (typeof text !== 'string') return refused('not-text', 'a policy is given as JSON text', '')
  const maxLength = options.maxLength ?? defaultMaxLength
  if (text.length > maxLength) {
    return refused('too-large', `the document has ${text.length} characters; at most ${maxLength} are read`, '')
  }
  const finder = new SpanFinder(text)
  const reader = new DocumentReader(finder)
  const json = parseJson(text)
  for (const fault of json.faults) reader.errorAt(fault.code, fault.message, fault.pointer, fault.start, fault.end)
  const rules = kindRules[options.kind ?? 'identity']
  if (options.quota !== undefined) checkQuota(reader, text, options.quota, json.node)
  const policy = json.node === undefined ? undefined : readDocument(reader, json.node, rules, options)
  if (policy === undefined || reader.failed) return { ok: false, diagnostics: reader.diagnostics }
  return { ok: true, policy, diagnostics: reader.diagnostics }
}

function refused(code: string, message: string, text: string): ParseResult {
  const span = new SpanFinder(text).span(0, 0)
  return { ok: false, diagnostics: [{ severity: 'error', code, message, pointer: '', span }] }
}

function checkQuota(reader: DocumentReader, text: string, quota: QuotaName, node: JsonNode | undefined): void {
  const size = policySize(text, quota)
  const { characters, counts } = quotas[quota]
  if (size <= characters) return
  const unit = counts === 'noWhitespace' ? 'characters without white space' : counts
  const message = `the policy has ${size} ${unit}; the quota \`${quota}\` allows ${characters}`
  reader.errorAt('over-quota', message, '', 0, node?.end ?? 0)
}

function readDocument(
  reader: DocumentReader,
  node: JsonNode,
  rules: KindRules,
  options: ParseOptions,
): Policy | undefined {
  const members = reader.members({ node, pointer: '' }, ['Version', 'Id', 'Statement'], 'a policy')
  if (members === undefined) return undefined
  const version = readVersion(reader, members.get('Version'))
  const id = readId(reader, members.get('Id'), rules, options)
  const statements = readStatements(reader, node, members.get('Statement'), rules, options, version)
  return Object.freeze({
    kind: options.kind ?? 'identity',
    name: options.name,
    version,
    id,
    statements: Object.freeze(statements),
  })
}

/** A missing Version means 2008-10-17: no policy variables. */
function readVersion(reader: DocumentReader, place: Place | undefined): PolicyVersion {
  if (place === undefined) return '2008-10-17'
  const version = reader.text(place, '`Version`')
  if (version === '2012-10-17' || version === '2008-10-17') return version
  if (version !== undefined) {
    const message = `\`Version\` is \`${shorten(version)}\`; it must be \`2012-10-17\` (or the older \`2008-10-17\`)`
    reader.error('invalid-version', message, place)
  }
  return '2008-10-17'
}

function readId(
  reader: DocumentReader,
  place: Place | undefined,
  rules: KindRules,
  options: ParseOptions,
): string | undefined {
  if (place === undefined) return undefined
  if (!rules.id && options.idInIdentityPolicy !== 'accept') {
    reader.error('id-not-allowed', `${rules.title} has no \`Id\`; only resource-based policies do`, place)
  }
  return reader.text(place, '`Id`')
}

function readStatements(
  reader: DocumentReader,
  document: JsonNode,
  place: Place | undefined,
  rules: KindRules,
  options: ParseOptions,
  version: PolicyVersion,
): Statement[] {
  if (place === undefined) {
    reader.error('missing-statement', 'a policy needs a `Statement`', { node: document, pointer: '' })
    return []
  }
  const single = place.node.type !== 'array'
  const nodes = place.node.type === 'array' ? place.node.items : [place.node]
  const statements: Statement[] = []
  const sids = new Set<string>()
  for (const [index, node] of nodes.entries()) {
    const at = { node, pointer: single ? place.pointer : pointerTo(place.pointer, index) }
    const statement = readStatement(reader, at, index, rules, options, version, sids)
    if (statement !== undefined) statements.push(statement)
  }
  return statements
}
