/** One statement of a policy. IAM User Guide, "IAM JSON policy element reference" (reference_policies_elements). */

import { readConditions } from './condition-block.ts'
import type { DocumentReader, Place, TextAt } from './document-reader.ts'
import { warnOfVariables } from './findings.ts'
import { pointerTo, shorten } from './json.ts'
import type { KindRules } from './kinds.ts'
import type { ParseOptions } from './parse.ts'
import type { Effect, PatternElement, PolicyVersion, PrincipalElement, Statement } from './policy.ts'
import { readPrincipal } from './principal-element.ts'

const elements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

export function readStatement(
  reader: DocumentReader,
  place: Place,
  index: number,
  rules: KindRules,
  options: ParseOptions,
  version: PolicyVersion,
  sids: Set<string>,
): Statement | undefined {
  const members = reader.members(place, elements, 'a statement')
  if (members === undefined) return undefined
  const effect = readEffect(reader, place, members.get('Effect'))
  const sid = readSid(reader, members.get('Sid'), rules, sids)
  const principal = readPrincipal(reader, place, members, rules, effect)
  const action = readActions(reader, place, members, rules)
  const resource = readResources(reader, place, members, rules, options, version)
  const conditions = readConditions(reader, members.get('Condition'), version)
  if (rules.denyOnly) checkDenyOnly(reader, place, members, effect, action, resource, principal, conditions.length)
  if (effect === undefined || action === undefined) return undefined
  return Object.freeze({
    index,
    sid,
    effect,
    principal,
    action,
    resource,
    conditions: Object.freeze(conditions),
    span: reader.span(place.node),
  })
}

function readEffect(reader: DocumentReader, statement: Place, place: Place | undefined): Effect | undefined {
  if (place === undefined) {
    reader.error('missing-effect', 'a statement needs an `Effect`: `Allow` or `Deny`', statement)
    return undefined
  }
  const text = reader.text(place, '`Effect`')
  if (text === 'Allow' || text === 'Deny') return text
  if (text !== undefined) {
    reader.error(
      'invalid-effect',
      `\`Effect\` is \`${shorten(text)}\`; it must be exactly \`Allow\` or \`Deny\``,
      place,
    )
  }
  return undefined
}

/** `sids`: of the statements before, which this one joins whatever else is wrong with it. */
function readSid(
  reader: DocumentReader,
  place: Place | undefined,
  rules: KindRules,
  sids: Set<string>,
): string | undefined {
  if (place === undefined) return undefined
  const sid = reader.text(place, '`Sid`')
  if (sid === undefined || !rules.strictSids) return sid
  if (!/^[A-Za-z0-9]*$/.test(sid)) {
    reader.error('invalid-sid', `the Sid \`${shorten(sid)}\` may hold letters A-Z, a-z and digits only`, place)
  }
  if (sids.has(sid)) reader.error('duplicate-sid', `the Sid \`${shorten(sid)}\` stands in two statements`, place)
  sids.add(sid)
  return sid
}

type Members = ReadonlyMap<string, Place>

/** `Action` or `NotAction`: exactly one of the two. */
function readActions(
  reader: DocumentReader,
  statement: Place,
  members: Members,
  rules: KindRules,
): PatternElement | undefined {
  const places = formsOf(reader, members, 'Action')
  if (places.length === 0) {
    reader.error('missing-action', 'a statement needs an `Action` or a `NotAction`', statement)
    return undefined
  }
  const texts = places.flatMap((place) => reader.texts(place, '`Action`'))
  for (const { text, place: at } of texts) {
    if (text !== '*' && !/^[^:]+:.+$/s.test(text)) {
      reader.error('invalid-action', `the action \`${shorten(text)}\` must be \`*\` or \`service:Name\``, at)
    } else if (rules.onlyStsActions && !/^sts:/i.test(text)) {
      reader.error(
        'invalid-action',
        `the action \`${shorten(text)}\` does not begin with \`sts:\`, as in ${rules.title} it must`,
        at,
      )
    }
  }
  return patternElement(reader, members.has('NotAction'), texts)
}

/** `Resource` or `NotResource`, as the kind of policy wants. */
function readResources(
  reader: DocumentReader,
  statement: Place,
  members: Members,
  rules: KindRules,
  options: ParseOptions,
  version: PolicyVersion,
): PatternElement | undefined {
  const places = formsOf(reader, members, 'Resource')
  if (places.length === 0) {
    if (rules.resource === 'required') {
      reader.error(
        'missing-resource',
        `a statement of ${rules.title} needs a \`Resource\` or a \`NotResource\``,
        statement,
      )
    }
    return undefined
  }
  if (rules.resource === 'forbidden') {
    const message = `${rules.title} has no \`Resource\`: it speaks of the role that it belongs to`
    for (const place of places) reader.error('resource-not-allowed', message, place)
    return undefined
  }
  const texts = places.flatMap((place) => reader.texts(place, '`Resource`'))
  for (const { text, place: at } of texts) {
    const fault = resourceFault(text, options)
    if (fault !== undefined) reader.error('invalid-resource', fault, at)
    warnOfVariables(reader, text, at, version)
  }
  return patternElement(reader, members.has('NotResource'), texts)
}

function resourceFault(text: string, options: ParseOptions): string | undefined {
  if (text === '*') return undefined
  if (!text.startsWith('arn:'))
    return `the resource \`${shorten(text)}\` must be \`*\` or an ARN, which begins with \`arn:\``
  const parts = text.split(':')
  if (parts.length < 6 && !text.endsWith('*')) {
    return `the resource \`${shorten(text)}\` has ${parts.length} of an ARN's six parts and does not end in \`*\``
  }
  if (options.serviceWildcards === 'refuse' && /[*?]/.test(parts[2] ?? '')) {
    return `the resource \`${shorten(text)}\` has a wildcard in its service part`
  }
  return undefined
}

/** The member or its `Not…` form. Both together are a fault, and the faults of both are told. */
function formsOf(reader: DocumentReader, members: Members, name: string): Place[] {
  const plain = members.get(name)
  const negated = members.get(`Not${name}`)
  if (plain !== undefined && negated !== undefined) {
    reader.error('both-forms', `a statement has \`${name}\` or \`Not${name}\`, not both`, negated)
  }
  return [plain, negated].filter((place) => place !== undefined)
}

const patternElement = (reader: DocumentReader, negated: boolean, texts: readonly TextAt[]): PatternElement =>
  Object.freeze({
    negated,
    patterns: Object.freeze(texts.map(({ text }) => text)),
    spans: Object.freeze(texts.map(({ place }) => reader.span(place.node))),
  })

/** Resource control policies may only deny; the one Allow that stands everywhere is RCPFullAWSAccess. */
function checkDenyOnly(
  reader: DocumentReader,
  statement: Place,
  members: Members,
  effect: Effect | undefined,
  action: PatternElement | undefined,
  resource: PatternElement | undefined,
  principal: PrincipalElement | undefined,
  conditions: number,
): void {
  const everything = (element: PatternElement | undefined) =>
    element !== undefined && !element.negated && element.patterns.length === 1 && element.patterns[0] === '*'
  const full = everything(action) && everything(resource) && principal !== undefined && conditions === 0
  if (effect === 'Allow' && full) return
  const at = (name: string) => members.get(name) ?? { ...statement, pointer: pointerTo(statement.pointer, name) }
  if (effect === 'Allow') {
    reader.error(
      'allow-not-allowed',
      'a resource control policy may only deny; `RCPFullAWSAccess` alone allows',
      at('Effect'),
    )
  }
  if (action?.negated === true) {
    reader.error('not-action-not-allowed', 'a resource control policy has no `NotAction`', at('NotAction'))
  } else if (action?.patterns.includes('*') === true) {
    reader.error(
      'invalid-action',
      'a resource control policy names services: `*` alone is no action for it',
      at('Action'),
    )
  }
}
