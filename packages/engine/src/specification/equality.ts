/** Single values for the specification: reference_policies_elements_condition_operators, operator by operator. */

import { contains, parseAddress, parseNetwork } from '../match/address.ts'
import { parseBase64 } from '../match/base64.ts'
import { compareInstants, parseDate } from '../match/date.ts'
import { compareDecimals, parseDecimal } from '../match/decimal.ts'
import { foldCase } from '../match/fold-case.ts'
import type { Request } from '../request/request.ts'
import { lettersOf, matchesTokens, type Token, tokens, variableValue } from './tokens.ts'

/** One value that came against one that is wanted; a value that cannot be read equals nothing. */
export function equal(base: string, came: string, wanted: string, variables: boolean, request: Request): boolean {
  const order = <T>(parse: (text: string) => T | undefined, compare: (a: T, b: T) => number): boolean => {
    const [left, right] = [parse(came), parse(wanted)]
    if (left === undefined || right === undefined) return false
    const sign = Math.sign(compare(left, right))
    if (base.endsWith('LessThan')) return sign < 0
    if (base.endsWith('LessThanEquals')) return sign <= 0
    if (base.endsWith('GreaterThan')) return sign > 0
    return base.endsWith('GreaterThanEquals') ? sign >= 0 : sign === 0
  }
  if (base.startsWith('Numeric')) return order(parseDecimal, compareDecimals)
  if (base.startsWith('Date')) return order(parseDate, compareInstants)
  if (base === 'Bool') return /^(true|false)$/i.test(wanted) && came.toLowerCase() === wanted.toLowerCase()
  if (base === 'BinaryEquals') return parseBase64(wanted) !== undefined && parseBase64(came) === parseBase64(wanted)
  if (base.endsWith('IpAddress')) {
    const [network, address] = [parseNetwork(wanted), parseAddress(came)]
    return network !== undefined && address !== undefined && contains(network, address)
  }
  if (base.startsWith('Arn')) return arnLike(came, wanted, variables, request)
  const pattern = tokens(wanted, variables, base.endsWith('Like'))
  return base.endsWith('IgnoreCase') ? sameIgnoringCase(pattern, came, request) : matchesTokens(pattern, came, request)
}

/** As whole texts: the lower case of some letters has another length, of others another form at the end of a word. */
function sameIgnoringCase(pattern: readonly Token[], came: string, request: Request): boolean {
  const letters = pattern.flatMap((token) => ('variable' in token ? resolved(token, request) : [token]))
  const text = letters.map((token) => ('text' in token ? token.text : undefined))
  return !text.includes(undefined) && foldCase(text.join('')) === foldCase(came)
}

/** Six parts, each alone; the sixth may hold colons. */
function arnLike(came: string, wanted: string, variables: boolean, request: Request): boolean {
  const six = (text: string) => [...text.split(':').slice(0, 5), text.split(':').slice(5).join(':')]
  if (!came.startsWith('arn:') || came.split(':').length < 6) return false
  if (wanted === '*') return true
  const parts: Token[][] = [[]]
  for (const token of tokens(wanted, variables).flatMap((t) => ('variable' in t ? resolved(t, request) : [t]))) {
    if ('text' in token && token.text === ':' && parts.length < 6) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.length === 6 && six(came).every((part, index) => matchesTokens(parts[index] ?? [], part, request))
}

/** A variable's value, character by character; without one, a token that matches nothing. */
function resolved(token: Extract<Token, { variable: string }>, request: Request): Token[] {
  const value = variableValue(token, request)
  return value === undefined ? [token] : lettersOf(value)
}
