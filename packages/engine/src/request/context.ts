/** The condition keys of one request: looked up without case, parsed once, lazily. */

import { type Address, parseAddress } from '../match/address.ts'
import { arnParts } from '../match/arn-pattern.ts'
import { parseBase64 } from '../match/base64.ts'
import { type Instant, parseDate } from '../match/date.ts'
import { type Decimal, parseDecimal } from '../match/decimal.ts'
import { foldCase } from '../match/fold-case.ts'
import type { ContextScalar, ContextValue } from './request-input.ts'

/** The value of one key. Members are text; numbers and booleans are written out. */
export class ContextEntry {
  readonly key: string
  readonly values: readonly string[]
  /** An array, at any length. */
  readonly multivalued: boolean
  /** The next key that differs from this one by case only. */
  twin: ContextEntry | undefined
  #decimals: (Decimal | undefined)[] | undefined
  #instants: (Instant | undefined)[] | undefined
  #addresses: (Address | undefined)[] | undefined
  #arns: (readonly string[] | undefined)[] | undefined
  #bytes: (string | undefined)[] | undefined
  #folded: string[] | undefined

  constructor(key: string, value: ContextScalar | readonly ContextScalar[]) {
    this.key = key
    this.multivalued = typeof value === 'object'
    this.values = typeof value === 'object' ? value.map(textOf) : [textOf(value)]
  }

  /** The value of a single-valued key; undefined for a multivalued one. */
  get single(): string | undefined {
    return this.multivalued ? undefined : this.values[0]
  }

  decimal(index: number): Decimal | undefined {
    return (this.#decimals ??= this.values.map(parseDecimal))[index]
  }

  instant(index: number): Instant | undefined {
    return (this.#instants ??= this.values.map(parseDate))[index]
  }

  address(index: number): Address | undefined {
    return (this.#addresses ??= this.values.map(parseAddress))[index]
  }

  arn(index: number): readonly string[] | undefined {
    return (this.#arns ??= this.values.map(arnParts))[index]
  }

  bytes(index: number): string | undefined {
    return (this.#bytes ??= this.values.map(parseBase64))[index]
  }

  folded(index: number): string {
    return (this.#folded ??= this.values.map(foldCase))[index] ?? ''
  }
}

export type Context = ReadonlyMap<string, ContextEntry>

/** Keys by their lower-case form. Where two differ by case only they are chained in code-point order. */
export function readContext(record: Readonly<Record<string, ContextValue>>): Map<string, ContextEntry> {
  const context = new Map<string, ContextEntry>()
  for (const key of Object.keys(record)) {
    const value = record[key]
    if (value === undefined || value === null) continue
    const lower = key.toLowerCase()
    const entry = new ContextEntry(key, value)
    const first = context.get(lower)
    context.set(lower, first === undefined ? entry : chain(first, entry))
  }
  return context
}

function chain(first: ContextEntry, added: ContextEntry): ContextEntry {
  const entries: ContextEntry[] = [added]
  for (let entry: ContextEntry | undefined = first; entry !== undefined; entry = entry.twin) entries.push(entry)
  entries.sort((left, right) => (left.key < right.key ? -1 : 1))
  for (const [index, entry] of entries.entries()) entry.twin = entries[index + 1]
  return entries[0] as ContextEntry
}

/** The exact spelling wins, then code-point order (AWS calls the choice unpredictable). */
export function lookUp(context: Context, lower: string, exact: string): ContextEntry | undefined {
  const first = context.get(lower)
  if (first === undefined || first.twin === undefined) return first
  for (let entry: ContextEntry | undefined = first; entry !== undefined; entry = entry.twin) {
    if (entry.key === exact) return entry
  }
  return first
}

function textOf(value: ContextScalar): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  const text = String(value)
  return text.includes('e') ? plainNumber(text) : text
}

/** `1.5e-7` as `0.00000015`. JavaScript never writes more than a few hundred digits. */
function plainNumber(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const shift = Number(exponent)
  const digits = whole + fraction
  const point = whole.length + shift
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
