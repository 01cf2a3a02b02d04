/**
 * GetPartitions' `Expression`: comparisons of partition keys with constants, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL,
 * parentheses. API reference, GetPartitions. NOT is driven into the comparisons while reading: under SQL's three-valued
 * logic that changes no answer.
 */

import { invalidInput } from '../../faults.ts'
import { classes, orderedText } from './column-type.ts'
import type { Comparison, Expression, LikePattern } from './expression.ts'
import { type Token, tokens, unreadable } from './expression-tokens.ts'
import type { PartitionKey } from './sort-key.ts'

export function parseExpression(text: string, keys: readonly PartitionKey[]): Expression {
  return new Parser(tokens(text), keys).whole()
}

const opposite: Readonly<Record<Comparison, Comparison>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
}
const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
}
const reserved = new Set(['and', 'or', 'not', 'in', 'between', 'like', 'is', 'null', 'escape'])
const deepest = 200

class Parser {
  readonly #tokens: readonly Token[]
  readonly #keys: readonly PartitionKey[]
  #at = 0
  #depth = 0

  constructor(all: readonly Token[], keys: readonly PartitionKey[]) {
    this.#tokens = all
    this.#keys = keys
  }

  whole(): Expression {
    const expression = this.#or(false)
    if (this.#at < this.#tokens.length) throw this.#unreadable()
    return expression
  }

  #or(negated: boolean): Expression {
    let left = this.#and(negated)
    while (this.#takeWord('or')) left = { kind: negated ? 'and' : 'or', left, right: this.#and(negated) }
    return left
  }

  #and(negated: boolean): Expression {
    let left = this.#not(negated)
    while (this.#takeWord('and')) left = { kind: negated ? 'or' : 'and', left, right: this.#not(negated) }
    return left
  }

  #not(negated: boolean): Expression {
    this.#depth += 1
    if (this.#depth > deepest) throw invalidInput('The expression is nested too deeply.')
    try {
      if (this.#takeWord('not')) return this.#not(!negated)
      if (!this.#takeSymbol('(')) return this.#predicate(negated)
      const inside = this.#or(negated)
      this.#expectSymbol(')')
      return inside
    } finally {
      this.#depth -= 1
    }
  }

  #predicate(negated: boolean): Expression {
    if (this.#isConstant()) {
      const constant = this.#constant()
      const operator = mirrored[this.#comparison()]
      return this.#compare(this.#key(), operator, constant, negated)
    }
    const key = this.#key()
    if (this.#takeWord('is')) {
      const not = this.#takeWord('not')
      this.#expectWord('null')
      return { kind: 'null', key, negated: not !== negated }
    }
    const not = this.#takeWord('not') !== negated
    if (this.#takeWord('in')) return this.#in(key, not)
    if (this.#takeWord('like')) return this.#like(key, not)
    if (this.#takeWord('between')) return this.#between(key, not)
    if (not !== negated) throw this.#unreadable()
    return this.#compare(key, this.#comparison(), this.#constant(), negated)
  }

  #compare(key: number, operator: Comparison, constant: string, negated: boolean): Expression {
    return {
      kind: 'compare',
      key,
      operator: negated ? opposite[operator] : operator,
      value: this.#value(key, constant),
    }
  }

  #in(key: number, negated: boolean): Expression {
    this.#expectSymbol('(')
    const values: string[] = []
    do values.push(this.#value(key, this.#constant()))
    while (this.#takeSymbol(','))
    this.#expectSymbol(')')
    return { kind: 'in', key, values, negated }
  }

  #between(key: number, negated: boolean): Expression {
    const low = this.#constant()
    this.#expectWord('and')
    const high = this.#constant()
    return {
      kind: negated ? 'or' : 'and',
      left: this.#compare(key, '>=', low, negated),
      right: this.#compare(key, '<=', high, negated),
    }
  }

  #like(key: number, negated: boolean): Expression {
    const pattern = this.#constant()
    const mark = this.#takeWord('escape') ? this.#constant() : undefined
    if (mark !== undefined && [...mark].length !== 1) throw invalidInput('ESCAPE takes one character.')
    return { kind: 'like', key, pattern: likePattern(pattern, mark), negated }
  }

  /** Ordered text of a constant that must be of the key's type. */
  #value(index: number, constant: string): string {
    const key = this.#keys[index]
    if (key?.type === undefined) {
      throw invalidInput(`Unsupported expression: key ${key?.name} has type ${key?.declared}.`)
    }
    const text = orderedText(constant, key.type)
    const fits = key.type !== 'date' || /^\d{4}-\d{2}-\d{2}$/.test(constant)
    if (text.startsWith(classes.misfit) || !fits) {
      throw invalidInput(`Unsupported expression: '${constant}' is no ${key.declared}, the type of key ${key.name}.`)
    }
    return text
  }

  #key(): number {
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'word' || (!next.quoted && reserved.has(next.text.toLowerCase()))) throw this.#unreadable()
    const index = this.#keys.findIndex(({ name }) => name === next.text.toLowerCase())
    if (index === -1) throw invalidInput(`Unsupported expression: ${next.text} is no partition key of the table.`)
    this.#at += 1
    return index
  }

  #isConstant(): boolean {
    const next = this.#tokens[this.#at]
    return next?.kind === 'string' || next?.kind === 'number' || this.#typedLiteral()
  }

  /** `date '2020-01-01'`, `timestamp '…'`. */
  #typedLiteral(): boolean {
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'word' || next.quoted || !/^(date|timestamp)$/i.test(next.text)) return false
    return this.#tokens[this.#at + 1]?.kind === 'string'
  }

  #constant(): string {
    if (this.#typedLiteral()) this.#at += 1
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'string' && next?.kind !== 'number') throw this.#unreadable()
    this.#at += 1
    return next.text
  }

  #comparison(): Comparison {
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'symbol' || !Object.hasOwn(opposite, next.text)) throw this.#unreadable()
    this.#at += 1
    return next.text as Comparison
  }

  #takeWord(word: string): boolean {
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'word' || next.quoted || next.text.toLowerCase() !== word) return false
    this.#at += 1
    return true
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) throw this.#unreadable()
  }

  #takeSymbol(symbol: string): boolean {
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'symbol' || next.text !== symbol) return false
    this.#at += 1
    return true
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#unreadable()
  }

  #unreadable(): Error {
    return unreadable(this.#tokens[this.#at]?.text ?? 'its end')
  }
}

function likePattern(text: string, mark: string | undefined): LikePattern {
  const pattern: (string | { wildcard: 'any' | 'one' })[] = []
  let escaped = false
  for (const character of text) {
    if (escaped || (character !== mark && character !== '%' && character !== '_')) pattern.push(character)
    else if (character !== mark) pattern.push({ wildcard: character === '%' ? 'any' : 'one' })
    escaped = !escaped && character === mark
  }
  if (escaped) throw invalidInput('A LIKE pattern ends with its escape character.')
  return pattern
}
