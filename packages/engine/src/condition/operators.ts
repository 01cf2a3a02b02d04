/**
 * The condition operators: for each, how one member of the request's value is compared with one value of the policy.
 * Negated operators share the test of their positive form. What cannot be parsed equals nothing.
 * IAM User Guide, reference_policies_elements_condition_operators.
 */

import { contains, parseNetwork } from '../match/address.ts'
import { compileArnPattern, matchesArn } from '../match/arn-pattern.ts'
import { parseBase64 } from '../match/base64.ts'
import { parseBoolean } from '../match/boolean.ts'
import { compareInstants, parseDate } from '../match/date.ts'
import { compareDecimals, parseDecimal } from '../match/decimal.ts'
import { foldCase } from '../match/fold-case.ts'
import { compileGlob, type Glob, matchesGlob, type VariableSource } from '../match/glob.ts'
import type { BaseOperator } from '../policy/policy.ts'
import { readTemplate } from '../policy/template.ts'
import type { ContextEntry } from '../request/context.ts'

/** Does member `index` of the request's value equal the policy's value, in the operator's positive sense? */
export type ValueTest = (entry: ContextEntry, index: number, source: VariableSource) => boolean

export interface ValueOptions {
  /** Version 2012-10-17. */
  readonly variables: boolean
  /** Switch `boolVariables`. */
  readonly boolVariables: boolean
}

export interface OperatorKind {
  /** True of `StringNotEquals` and its like: the condition holds when no value is equal. */
  readonly negated: boolean
  compile(value: string, options: ValueOptions): ValueTest
}

const never: ValueTest = () => false

/** Text with its variables filled in; undefined where one has no value. */
function filled(glob: Glob, source: VariableSource): string | undefined {
  if (glob.neverMatches) return undefined
  let text = ''
  for (const atom of glob.chunks[0] ?? []) {
    if (typeof atom === 'string') text += atom
    else if (typeof atom === 'object') {
      const value = source.variable(atom.lower, atom.text) ?? atom.fallback
      if (value === undefined) return undefined
      text += value
    }
  }
  return text
}

/** `same` compares a member with the policy's text, both as they stand. */
function textTest(
  value: string,
  options: ValueOptions,
  member: (entry: ContextEntry, index: number) => string | undefined,
  fold: boolean,
): ValueTest {
  const glob = compileGlob(readTemplate(value, { variables: options.variables, wildcards: false }))
  if (glob.exact) {
    const wanted = fold ? foldCase(glob.literalHead) : glob.literalHead
    return (entry, index) => member(entry, index) === wanted
  }
  return (entry, index, source) => {
    const text = filled(glob, source)
    return text !== undefined && member(entry, index) === (fold ? foldCase(text) : text)
  }
}

/** The commonest test by far: without a variable it is one comparison, called through nothing. */
function stringEquals(value: string, options: ValueOptions): ValueTest {
  const glob = compileGlob(readTemplate(value, { variables: options.variables, wildcards: false }))
  if (!glob.exact) return textTest(value, options, (entry, index) => entry.values[index], false)
  const wanted = glob.literalHead
  return (entry, index) => entry.values[index] === wanted
}

const stringEqualsIgnoreCase = (value: string, options: ValueOptions): ValueTest =>
  textTest(value, options, (entry, index) => entry.folded(index), true)

function stringLike(value: string, options: ValueOptions): ValueTest {
  const glob = compileGlob(readTemplate(value, { variables: options.variables, wildcards: true }))
  return (entry, index, source) => matchesGlob(glob, entry.values[index] ?? '', source)
}

const numeric =
  (holds: (order: number) => boolean) =>
  (value: string): ValueTest => {
    const wanted = parseDecimal(value)
    if (wanted === undefined) return never
    return (entry, index) => {
      const came = entry.decimal(index)
      return came !== undefined && holds(compareDecimals(came, wanted))
    }
  }

const date =
  (holds: (order: number) => boolean) =>
  (value: string): ValueTest => {
    const wanted = parseDate(value)
    if (wanted === undefined) return never
    return (entry, index) => {
      const came = entry.instant(index)
      return came !== undefined && holds(compareInstants(came, wanted))
    }
  }

function bool(value: string, options: ValueOptions): ValueTest {
  const glob = compileGlob(
    readTemplate(value, { variables: options.variables && options.boolVariables, wildcards: false }),
  )
  return (entry, index, source) => {
    const wanted = parseBoolean(filled(glob, source) ?? '')
    return wanted !== undefined && parseBoolean(entry.values[index] ?? '') === wanted
  }
}

function binaryEquals(value: string): ValueTest {
  const wanted = parseBase64(value)
  return wanted === undefined ? never : (entry, index) => entry.bytes(index) === wanted
}

function ipAddress(value: string): ValueTest {
  const network = parseNetwork(value)
  if (network === undefined) return never
  return (entry, index) => {
    const address = entry.address(index)
    return address !== undefined && contains(network, address)
  }
}

function arnLike(value: string, options: ValueOptions): ValueTest {
  const pattern = compileArnPattern(value, options.variables)
  return (entry, index, source) => matchesArn(pattern, entry.arn(index), source)
}

/** `Null` asks about the key, not its value; the evaluator answers it before any member is compared. */
const nothingToCompare = (): ValueTest => never

const equal = (order: number) => order === 0
const less = (order: number) => order < 0
const atMost = (order: number) => order <= 0
const greater = (order: number) => order > 0
const atLeast = (order: number) => order >= 0

const positive = (compile: OperatorKind['compile']): OperatorKind => ({ negated: false, compile })
const negative = (compile: OperatorKind['compile']): OperatorKind => ({ negated: true, compile })

export const operators: Readonly<Record<BaseOperator, OperatorKind>> = {
  StringEquals: positive(stringEquals),
  StringNotEquals: negative(stringEquals),
  StringEqualsIgnoreCase: positive(stringEqualsIgnoreCase),
  StringNotEqualsIgnoreCase: negative(stringEqualsIgnoreCase),
  StringLike: positive(stringLike),
  StringNotLike: negative(stringLike),
  NumericEquals: positive(numeric(equal)),
  NumericNotEquals: negative(numeric(equal)),
  NumericLessThan: positive(numeric(less)),
  NumericLessThanEquals: positive(numeric(atMost)),
  NumericGreaterThan: positive(numeric(greater)),
  NumericGreaterThanEquals: positive(numeric(atLeast)),
  DateEquals: positive(date(equal)),
  DateNotEquals: negative(date(equal)),
  DateLessThan: positive(date(less)),
  DateLessThanEquals: positive(date(atMost)),
  DateGreaterThan: positive(date(greater)),
  DateGreaterThanEquals: positive(date(atLeast)),
  Bool: positive(bool),
  BinaryEquals: positive(binaryEquals),
  IpAddress: positive(ipAddress),
  NotIpAddress: negative(ipAddress),
  ArnEquals: positive(arnLike),
  ArnLike: positive(arnLike),
  ArnNotEquals: negative(arnLike),
  ArnNotLike: negative(arnLike),
  Null: positive(nothingToCompare),
}
