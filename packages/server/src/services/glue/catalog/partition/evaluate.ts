/** Whether a partition's values satisfy an expression. NULL satisfies no comparison, negated or not (SQL). */

import { classes, compareText, nullValue, orderedText, unordered } from './column-type.ts'
import type { Comparison, Expression, LikePattern } from './expression.ts'
import { isWritten, type PartitionKey, separator } from './sort-key.ts'

/** The values of one partition, by position of their key. */
export interface Compared {
  readonly ordered: (key: number) => string
  readonly value: (key: number) => string
}

export function ofValues(values: readonly string[], keys: readonly PartitionKey[]): Compared {
  return {
    ordered: (key) => orderedText(values[key] ?? '', keys[key]?.type),
    value: (key) => values[key] ?? '',
  }
}

/** The same out of the index alone; undefined for a key that was too long to be kept whole. */
export function ofSortKey(sortKey: string, keys: readonly PartitionKey[]): Compared | undefined {
  const parts = sortKey.split(separator)
  const written = keys.filter(isWritten)
  if (parts.length !== keys.length + written.length + 1) return undefined
  return {
    ordered: (key) => parts[key] ?? '',
    value: (key) => {
      const rank = written.indexOf(keys[key] as PartitionKey)
      return unordered(parts[rank === -1 ? key : keys.length + rank] ?? '')
    },
  }
}

export function satisfies(partition: Compared, expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
      return satisfies(partition, expression.left) && satisfies(partition, expression.right)
    case 'or':
      return satisfies(partition, expression.left) || satisfies(partition, expression.right)
    case 'null':
      return partition.ordered(expression.key).startsWith(classes.null) !== expression.negated
    case 'like': {
      const value = partition.value(expression.key)
      return value !== nullValue && isLike(value, expression.pattern) !== expression.negated
    }
    case 'in': {
      const text = textOf(partition, expression.key)
      return text !== undefined && expression.values.includes(text) !== expression.negated
    }
    case 'compare': {
      const text = textOf(partition, expression.key)
      return text !== undefined && holds(compareText(text, expression.value), expression.operator)
    }
  }
}

/** Undefined for NULL and for what is no value of the key's type: neither compares with anything. */
function textOf(partition: Compared, key: number): string | undefined {
  const text = partition.ordered(key)
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
