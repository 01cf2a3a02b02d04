/**
 * Types of partition keys, and text that orders as their values do. API reference, GetPartitions: "Supported Partition Key
 * Types": string, date, timestamp, int, bigint, long, tinyint, smallint, decimal.
 */

export type ColumnType = 'number' | 'text' | 'date' | 'timestamp'

const types: Readonly<Record<string, ColumnType>> = {
  string: 'text',
  char: 'text',
  varchar: 'text',
  date: 'date',
  timestamp: 'timestamp',
  int: 'number',
  integer: 'number',
  bigint: 'number',
  long: 'number',
  tinyint: 'number',
  smallint: 'number',
  decimal: 'number',
}

/** Undefined: values are kept and ordered as text, but an expression must not compare them. */
export function columnType(declared: string | undefined): ColumnType | undefined {
  const name = (declared ?? 'string')
    .trim()
    .toLowerCase()
    .replace(/\s*\(.*$/, '')
  return Object.hasOwn(types, name) ? types[name] : undefined
}

/** Hive writes it where a partition's value is NULL. */
export const nullValue = '__HIVE_DEFAULT_PARTITION__'

/** Classes sort by these: NULL, negative and positive numbers, text, what is no value of its column's type. */
export const classes = { null: 'a', negative: 'n', positive: 'p', text: 's', misfit: 'x' } as const

/** `undefined` type: as text. Never holds U+0000 or U+0001, which separate keys. */
export function orderedText(value: string, type: ColumnType | undefined): string {
  if (value === nullValue) return classes.null
  if (type === 'number') return orderedNumber(value) ?? `${classes.misfit}${escaped(value)}`
  if (type === 'timestamp') return `${classes.text}${escaped(value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''))}`
  return `${classes.text}${escaped(value)}`
}

const decimal = /^\s*([+-]?)0*(\d*)(?:\.(\d*))?\s*$/

/** The length of the whole part before its digits makes text order numeric; negative digits are turned upside down. */
export function orderedNumber(value: string): string | undefined {
  const match = decimal.exec(value)
  if (match === null || !/\d/.test(value)) return undefined
  const [, sign, whole = '', rest = ''] = match
  const fraction = rest.replace(/0+$/, '')
  if (whole.length > 999) return undefined
  if (sign !== '-' || (whole === '' && fraction === '')) {
    return `${classes.positive}${String(whole.length).padStart(3, '0')}${whole}.${fraction}`
  }
  const length = String(999 - whole.length).padStart(3, '0')
  return `${classes.negative}${length}${upsideDown(whole)}.${upsideDown(fraction)}~`
}

function upsideDown(digits: string): string {
  return digits.replace(/\d/g, (digit) => String(9 - Number(digit)))
}

/** U+0000 to U+0002 give way to pairs that begin with U+0002, so that order is kept and separators stay unique. */
function escaped(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
  return value.replace(/[\u0000-\u0002]/g, (character) => `\u0002${String.fromCharCode(character.charCodeAt(0) + 1)}`)
}

/** The value behind ordered text of class `text` or `null`. */
export function unordered(text: string): string {
  if (text === classes.null) return nullValue
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
  const pair = /\u0002([\u0001-\u0003])/g
  const body = text.slice(1)
  if (!body.includes('\u0002')) return body
  return body.replace(pair, (_, next: string) => String.fromCharCode(next.charCodeAt(0) - 1))
}

/** By code point, as both databases compare; JavaScript's `<` compares UTF-16 units. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) return fixedUp(a) - fixedUp(b)
  }
  return left.length - right.length
}

/** Surrogates stand for what lies above U+FFFF. */
function fixedUp(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}
