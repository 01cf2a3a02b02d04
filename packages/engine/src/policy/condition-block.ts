/** `Condition`. IAM User Guide, reference_policies_elements_condition and …_condition_operators. */

import { type DocumentReader, describe, type Place } from './document-reader.ts'
import { warnOfValue } from './findings.ts'
import { type JsonMember, pointerTo, shorten } from './json.ts'
import { type BaseOperator, baseOperators, type Condition, type Operator, type PolicyVersion } from './policy.ts'

export function readConditions(reader: DocumentReader, place: Place | undefined, version: PolicyVersion): Condition[] {
  if (place === undefined) return []
  if (place.node.type !== 'object') {
    reader.error('wrong-type', `\`Condition\` must be an object of operators, not ${describe(place.node)}`, place)
    return []
  }
  return place.node.members.flatMap((member) => readBlock(reader, member, place.pointer, version))
}

function readBlock(reader: DocumentReader, block: JsonMember, parent: string, version: PolicyVersion): Condition[] {
  const pointer = pointerTo(parent, block.key)
  const operator = readOperator(block.key)
  if (operator === undefined) {
    reader.errorAt('unknown-operator', unknownOperator(block.key), pointer, block.keyStart, block.keyEnd)
  }
  if (block.value.type !== 'object') {
    const message = `\`${shorten(block.key)}\` must hold an object of condition keys, not ${describe(block.value)}`
    reader.error('wrong-type', message, { node: block.value, pointer })
    return []
  }
  const conditions: Condition[] = []
  const spelled = new Map<string, string>()
  for (const member of block.value.members) {
    const here = pointerTo(pointer, member.key)
    checkKey(reader, member, here, spelled)
    const texts = reader.scalars({ node: member.value, pointer: here }, `\`${shorten(member.key)}\``)
    if (operator === undefined) continue
    for (const { text, place } of texts) warnOfValue(reader, operator.base, text, place, version)
    const span = reader.span({ start: member.keyStart, end: member.value.end })
    conditions.push({ operator, key: member.key, values: Object.freeze(texts.map(({ text }) => text)), span })
  }
  return conditions
}

function checkKey(reader: DocumentReader, member: JsonMember, pointer: string, spelled: Map<string, string>): void {
  const { key, keyStart, keyEnd } = member
  if (!/^[^:]+:.+$/s.test(key)) {
    const message = `the condition key \`${shorten(key)}\` has no service prefix: write \`aws:${shorten(key)}\` or \`service:${shorten(key)}\``
    reader.errorAt('invalid-condition-key', message, pointer, keyStart, keyEnd)
  }
  const other = spelled.get(key.toLowerCase())
  if (other !== undefined && other !== key) {
    const message = `\`${shorten(key)}\` and \`${shorten(other)}\` are the same key: names of condition keys ignore case`
    reader.errorAt('duplicate-condition-key', message, pointer, keyStart, keyEnd)
  }
  spelled.set(key.toLowerCase(), key)
}

/** Undefined for what is no operator of the language. */
export function readOperator(text: string): Operator | undefined {
  const form = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(text)
  const base = baseOperators.find((known): known is BaseOperator => known === form?.[2])
  if (form === null || base === undefined) return undefined
  const ifExists = form[3] !== undefined
  if (base === 'Null' && ifExists) return undefined
  const set = form[1] === 'ForAllValues' || form[1] === 'ForAnyValue' ? form[1] : undefined
  return Object.freeze({ text, set, base, ifExists })
}

function unknownOperator(text: string): string {
  if (/^(?:\w+:)?NullIfExists$/i.test(text))
    return '`NullIfExists` is no operator: `Null` already asks whether the key exists'
  const bare = text.replace(/^\w+:/, '').replace(/IfExists$/i, '')
  const meant = baseOperators.find((known) => known.toLowerCase() === bare.toLowerCase())
  const advice = meant === undefined ? '' : `; did you mean \`${meant}\`? Names of operators are case-sensitive`
  return `\`${shorten(text)}\` is no condition operator${advice}`
}
