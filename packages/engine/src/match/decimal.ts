/**
 * Exact decimal numbers of any length, for the Numeric operators: a sign, digits, a fraction, nothing else.
 * IAM User Guide, reference_policies_elements_condition_operators, "Numeric condition operators".
 */

export interface Decimal {
  readonly negative: boolean
  /** Without leading zeros; `''` for zero. */
  readonly whole: string
  /** Without trailing zeros. */
  readonly fraction: string
}

const form = /^([+-]?)([0-9]*)(?:\.([0-9]+))?$/

/** Undefined for anything else, an exponent included. */
export function parseDecimal(text: string): Decimal | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const [, sign, digits = '', decimals = ''] = parts
  if (digits === '' && decimals === '') return undefined
  const whole = digits.replace(/^0+/, '')
  const fraction = trimZeros(decimals)
  return { negative: sign === '-' && (whole !== '' || fraction !== ''), whole, fraction }
}

/** A loop where `/0+$/` would be quadratic. */
function trimZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1
  return digits.slice(0, end)
}

/** Less than zero, zero, more than zero, as for a sort. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.negative !== right.negative) return left.negative ? -1 : 1
  const magnitude = compareMagnitudes(left, right)
  return left.negative ? -magnitude : magnitude
}

function compareMagnitudes(left: Decimal, right: Decimal): number {
  if (left.whole.length !== right.whole.length) return left.whole.length - right.whole.length
  if (left.whole !== right.whole) return left.whole < right.whole ? -1 : 1
  if (left.fraction === right.fraction) return 0
  return left.fraction < right.fraction ? -1 : 1
}
