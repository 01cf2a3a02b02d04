/** `Principal` and `NotPrincipal`. IAM User Guide, reference_policies_elements_principal and …_notprincipal. */

import { type DocumentReader, describe, type Place } from './document-reader.ts'
import { pointerTo, shorten } from './json.ts'
import type { KindRules } from './kinds.ts'
import type { Effect, PrincipalElement, PrincipalEntry } from './policy.ts'

const types = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const

export function readPrincipal(
  reader: DocumentReader,
  statement: Place,
  members: ReadonlyMap<string, Place>,
  rules: KindRules,
  effect: Effect | undefined,
): PrincipalElement | undefined {
  const plain = members.get('Principal')
  const negated = members.get('NotPrincipal')
  const places = [plain, negated].filter((place) => place !== undefined)
  const place = places[0]
  if (place === undefined) {
    if (rules.principal !== 'forbidden') {
      reader.error('missing-principal', `a statement of ${rules.title} needs a \`Principal\``, statement)
    }
    return undefined
  }
  if (rules.principal === 'forbidden') {
    const message = `a statement of ${rules.title} has no \`Principal\`: it speaks of the identity that it is attached to`
    for (const one of places) reader.error('principal-not-allowed', message, one)
    return undefined
  }
  if (plain !== undefined && negated !== undefined) {
    reader.error('both-forms', 'a statement has `Principal` or `NotPrincipal`, not both', negated)
  }
  if (negated !== undefined) checkNotPrincipal(reader, negated, rules, effect)
  const entries = places.flatMap((one) => readEntries(reader, one, rules))
  const [entry, ...others] = entries
  if (rules.principal === 'onlyEveryone' && !(entry?.type === 'AWS' && entry.value === '*' && others.length === 0)) {
    reader.error('invalid-principal', `the \`Principal\` of ${rules.title} must be \`*\``, place)
  }
  return Object.freeze({ negated: plain === undefined, entries: Object.freeze(entries) })
}

function checkNotPrincipal(reader: DocumentReader, place: Place, rules: KindRules, effect: Effect | undefined): void {
  if (rules.notPrincipal === 'forbidden') {
    reader.error('not-principal-not-allowed', `${rules.title} has no \`NotPrincipal\``, place)
  } else if (effect === 'Allow') {
    reader.error(
      'not-principal-with-allow',
      '`NotPrincipal` goes with `Deny` only: with `Allow` it would let in everyone else',
      place,
    )
  }
}

function readEntries(reader: DocumentReader, place: Place, rules: KindRules): PrincipalEntry[] {
  const { node } = place
  if (node.type === 'string') {
    if (node.value !== '*') {
      const message = `\`Principal\` is the string \`${shorten(node.value)}\`; write \`{"AWS": "…"}\`, or \`"*"\` for everyone`
      reader.error('invalid-principal', message, place)
    } else if (rules.onlyStsActions) {
      reader.error('invalid-principal', `${rules.title} does not take \`"*"\`; write \`{"AWS": "*"}\``, place)
    }
    return [{ type: 'AWS', value: node.value, span: reader.span(node) }]
  }
  if (node.type !== 'object') {
    reader.error('wrong-type', `\`Principal\` must be \`"*"\` or an object, not ${describe(node)}`, place)
    return []
  }
  const entries: PrincipalEntry[] = []
  for (const member of node.members) {
    const type = types.find((known) => known === member.key)
    const pointer = pointerTo(place.pointer, member.key)
    if (type === undefined) {
      const message = `\`Principal\` has no key \`${shorten(member.key)}\`: it has ${types.map((t) => `\`${t}\``).join(', ')}`
      reader.errorAt('unknown-principal-type', message, pointer, member.keyStart, member.keyEnd)
      continue
    }
    for (const { text, place: at } of reader.texts({ node: member.value, pointer }, `\`${type}\``)) {
      const fault = type === 'AWS' ? awsFault(text) : text !== '*' ? wildcardFault(text) : undefined
      if (fault !== undefined) reader.error('invalid-principal', fault, at)
      entries.push({ type, value: text, span: reader.span(at.node) })
    }
  }
  return entries
}

const wildcardFault = (text: string): string | undefined =>
  /[*?]/.test(text)
    ? `the principal \`${shorten(text)}\` has a wildcard inside; only \`*\` alone is allowed`
    : undefined

/** Account id, ARN of an IAM or STS principal, or a unique id. */
function awsFault(text: string): string | undefined {
  if (text === '*') return undefined
  const wildcard = wildcardFault(text)
  if (wildcard !== undefined) return wildcard
  if (/^[0-9]{12}$/.test(text) || /^[A-Z][A-Z0-9]{15,127}$/.test(text)) return undefined
  const arn = /^arn:[^:]+:(iam|sts):[^:]*:([^:]+):(.+)$/s.exec(text)
  const known = /^(root$|user\/|role\/|assumed-role\/[^/]+\/.|federated-user\/.)/s
  if (arn?.[3]?.startsWith('group/'))
    return `the principal \`${shorten(text)}\` is a group; a group cannot be a principal`
  if (arn === null || !known.test(arn[3] ?? '')) {
    return `the principal \`${shorten(text)}\` is no account id, user, role, session or unique id`
  }
  return undefined
}
