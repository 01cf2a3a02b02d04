/**
 * The ranges of sort keys that can satisfy an expression: what it says of the first key, and where that is a single value,
 * what it says of the next. Every satisfying partition lies inside; those inside still have to be asked.
 */

import { classes, compareText } from './column-type.ts'
import type { Comparison, Expression, LikePattern, Predicate } from './expression.ts'
import { cut, type PartitionKey, pastSeparator, separator } from './sort-key.ts'

/** From `from` up to, without, `to`. */
export interface KeyRange {
  readonly from: string
  readonly to: string
}

interface Span extends KeyRange {
  /** The one value that it stands for: the next key can narrow it. */
  readonly point: string | undefined
}

/** Above everything that a key can begin with. */
const top = '\u{10FFFF}'
const all: Span = { from: '', to: top, point: undefined }
/** More are not worth their queries: they are replaced by one range around them. */
const mostRanges = 256

export function keyRanges(expression: Expression | undefined, keys: readonly PartitionKey[]): readonly KeyRange[] {
  if (expression === undefined) return [all]
  return narrowed(expression, keys, 0, '').map(({ from, to }) => ({
    from: cut(from),
    to: to === cut(to) ? to : cut(to) + top,
  }))
}

function narrowed(
  expression: Expression,
  keys: readonly PartitionKey[],
  key: number,
  prefix: string,
): readonly KeyRange[] {
  const spans = spansOf(expression, key, keys)
  const ranges = spans.flatMap((span): readonly KeyRange[] => {
    const deeper = span.point !== undefined && key + 1 < keys.length && spans.length <= 16
    if (deeper) return narrowed(expression, keys, key + 1, `${prefix}${span.point}${separator}`)
    return [{ from: prefix + span.from, to: prefix + span.to }]
  })
  const first = ranges[0]
  const last = ranges.at(-1)
  if (first === undefined || last === undefined || ranges.length <= mostRanges) return ranges
  return [{ from: first.from, to: last.to }]
}

/** In ascending order, without overlap. */
function spansOf(expression: Expression, key: number, keys: readonly PartitionKey[]): readonly Span[] {
  if (expression.kind === 'and') {
    return intersection(spansOf(expression.left, key, keys), spansOf(expression.right, key, keys))
  }
  if (expression.kind === 'or') {
    return union([...spansOf(expression.left, key, keys), ...spansOf(expression.right, key, keys)])
  }
  return leafSpans(expression, key, keys)
}

function leafSpans(expression: Predicate, key: number, keys: readonly PartitionKey[]): readonly Span[] {
  if (expression.key !== key) return [all]
  const text = keys[key]?.type !== 'number'
  switch (expression.kind) {
    case 'null':
      return expression.negated ? [all] : [pointSpan(classes.null)]
    case 'in':
      return expression.negated ? [all] : union(expression.values.map(pointSpan))
    case 'like':
      return expression.negated || !text ? [all] : likeSpans(expression.pattern)
    case 'compare':
      return comparisonSpans(expression.operator, expression.value, text)
  }
}

function pointSpan(value: string): Span {
  return { from: value + separator, to: value + pastSeparator, point: value }
}

function comparisonSpans(operator: Comparison, value: string, text: boolean): readonly Span[] {
  const lowest = text ? classes.text : classes.negative
  const highest = text ? after(classes.text) : after(classes.positive)
  switch (operator) {
    case '=':
      return [pointSpan(value)]
    case '<>':
      return [all]
    case '<':
      return [{ from: lowest, to: value + separator, point: undefined }]
    case '<=':
      return [{ from: lowest, to: value + pastSeparator, point: undefined }]
    case '>':
      return [{ from: value + pastSeparator, to: highest, point: undefined }]
    case '>=':
      return [{ from: value + separator, to: highest, point: undefined }]
  }
}

/** What a pattern begins with, before its first wildcard. Control characters are escaped in keys: they end it too. */
function likeSpans(pattern: LikePattern): readonly Span[] {
  const end = pattern.findIndex((part) => typeof part === 'object' || part < '\u0003')
  const literal = pattern.slice(0, end === -1 ? undefined : end).join('')
  if (end === -1) return [pointSpan(classes.text + literal)]
  const from = classes.text + literal
  return [{ from, to: literal === '' ? after(classes.text) : from + top, point: undefined }]
}

function after(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1)
}

function intersection(left: readonly Span[], right: readonly Span[]): readonly Span[] {
  const found: Span[] = []
  let l = 0
  let r = 0
  for (let a = left[l], b = right[r]; a !== undefined && b !== undefined; a = left[l], b = right[r]) {
    const from = compareText(a.from, b.from) >= 0 ? a.from : b.from
    const endsFirst = compareText(a.to, b.to) <= 0 ? a : b
    if (compareText(from, endsFirst.to) < 0) found.push({ from, to: endsFirst.to, point: a.point ?? b.point })
    if (endsFirst === a) l += 1
    else r += 1
  }
  return found
}

function union(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = []
  for (const span of [...spans].sort((a, b) => compareText(a.from, b.from))) {
    const last = merged.at(-1)
    if (last === undefined || compareText(span.from, last.to) > 0) merged.push(span)
    else if (last.from !== span.from || last.to !== span.to) {
      // Ranges that touch become one; a value beside a range is a value no more.
      const to = compareText(span.to, last.to) > 0 ? span.to : last.to
      merged[merged.length - 1] = { from: last.from, to, point: undefined }
    }
  }
  return merged
}
