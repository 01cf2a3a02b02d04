/** Whether a partition's values satisfy an expression. NULL satisfies no comparison, negated or not (SQL). */

import { classes, compareText, nullValue, orderedText } from './column-type.ts'
import type { Comparison, Expression, LikePattern } from './expression.ts'
import type { PartitionKey } from './sort-key.ts'

export function satisfies(values: readonly string[], expression: Expression, keys: readonly PartitionKey[]): boolean {
  switch (expression.kind) {
    case 'and':
      return satisfies(values, expression.left, keys) && satisfies(values, expression.right, keys)
    case 'or':
      return satisfies(values, expression.left, keys) || satisfies(values, expression.right, keys)
    case 'null':
      return (values[expression.key] === nullValue) !== expression.negated
    case 'like': {
      const value = values[expression.key] ?? ''
      return value !== nullValue && isLike(value, expression.pattern) !== expression.negated
    }
    case 'in': {
      const text = textOf(values, expression.key, keys)
      return text !== undefined && expression.values.includes(text) !== expression.negated
    }
    case 'compare': {
      const text = textOf(values, expression.key, keys)
      return text !== undefined && holds(compareText(text, expression.value), expression.operator)
    }
  }
}

/** Undefined for NULL and for what is no value of the key's type: neither compares with anything. */
function textOf(values: readonly string[], key: number, keys: readonly PartitionKey[]): string | undefined {
  const text = orderedText(values[key] ?? '', keys[key]?.type)
  return text.startsWith(classes.null) || text.startsWith(classes.misfit) ? undefined : text
}

function holds(order: number, operator: Comparison): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '<>':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** Two pointers and one place to come back to: never more than length times length. */
function isLike(value: string, pattern: LikePattern): boolean {
  const characters = [...value]
  let at = 0
  let part = 0
  let restartPart = -1
  let restartAt = 0
  while (at < characters.length) {
    const wanted = pattern[part]
    if (typeof wanted === 'object' && wanted.wildcard === 'any') {
      restartPart = part
      restartAt = at
      part += 1
    } else if (wanted !== undefined && (typeof wanted === 'object' || wanted === characters[at])) {
      at += 1
      part += 1
    } else if (restartPart >= 0) {
      restartAt += 1
      at = restartAt
      part = restartPart + 1
    } else return false
  }
  return pattern.slice(part).every((rest) => typeof rest === 'object' && rest.wildcard === 'any')
}
