/**
 * Wildcards where trying each place again and again would be quadratic: all places at once, one bit each. Shift-And with
 * gaps (Baeza-Yates and Gonnet 1992; Navarro and Raffinot, "Flexible Pattern Matching in Strings", 4.2): a text costs its
 * length times the pattern's length divided by 32, whatever the two hold.
 */

export type Token =
  | { readonly kind: 'text'; readonly text: string }
  /** One character; `colons`: colons too. */
  | { readonly kind: 'one'; readonly colons: boolean }
  /** Any run of characters. */
  | { readonly kind: 'any'; readonly colons: boolean }

/** State i: the first i characters of the pattern have been seen. */
export interface Automaton {
  /** The last state. */
  readonly length: number
  readonly words: number
  /** Row by character; row 0 is everybody else's. */
  readonly rows: ReadonlyMap<number, number>
  /** By row: which states a character leads to. */
  readonly enter: Uint32Array
  /** Which states a character leaves as they are: all others, and the colon. */
  readonly stay: Uint32Array
  readonly stayOnColon: Uint32Array
}

const colon = 0x3a

export function compileAutomaton(tokens: readonly Token[]): Automaton {
  const rows = new Map<number, number>([[colon, 1]])
  let length = 0
  for (const token of tokens) {
    if (token.kind === 'one') length += 1
    if (token.kind !== 'text') continue
    length += token.text.length
    for (let at = 0; at < token.text.length; at += 1) {
      const code = token.text.charCodeAt(at)
      if (!rows.has(code)) rows.set(code, rows.size + 1)
    }
  }
  const words = (length >>> 5) + 1
  const enter = new Uint32Array((rows.size + 1) * words)
  const stay = new Uint32Array(words)
  const stayOnColon = new Uint32Array(words)
  let state = 0
  for (const token of tokens) {
    if (token.kind === 'any') {
      setBit(stay, 0, state)
      if (token.colons) setBit(stayOnColon, 0, state)
    } else if (token.kind === 'one') {
      state += 1
      for (let row = 0; row <= rows.size; row += 1) if (row !== 1 || token.colons) setBit(enter, row * words, state)
    } else {
      for (let at = 0; at < token.text.length; at += 1) {
        state += 1
        setBit(enter, (rows.get(token.text.charCodeAt(at)) as number) * words, state)
      }
    }
  }
  return { length, words, rows, enter, stay, stayOnColon }
}

/** Does the pattern cover the whole text? */
export const accepts = (automaton: Automaton, text: string): boolean => run(automaton, text, 0, false) !== -1

/** End of the first place at or after `from` where the pattern, which must begin with a star, stands; else -1. */
export const firstEnd = (automaton: Automaton, text: string, from: number): number => run(automaton, text, from, true)

function run(automaton: Automaton, text: string, from: number, first: boolean): number {
  const { length, words, rows, enter } = automaton
  const state = new Uint32Array(words)
  state[0] = 1
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    const row = (rows.get(code) ?? 0) * words
    const stay = code === colon ? automaton.stayOnColon : automaton.stay
    let carry = 0
    let alive = 0
    for (let word = 0; word < words; word += 1) {
      const bits = state[word] as number
      const next = (((bits << 1) | carry) & (enter[row + word] as number)) | (bits & (stay[word] as number))
      carry = bits >>> 31
      state[word] = next
      alive |= next
    }
    if (alive === 0) return -1
    if (first && isSet(state, length)) return at + 1
  }
  return !first && isSet(state, length) ? text.length : -1
}

const isSet = (bits: Uint32Array, place: number): boolean =>
  (((bits[place >>> 5] as number) >>> (place & 31)) & 1) === 1

function setBit(bits: Uint32Array, offset: number, place: number): void {
  const at = offset + (place >>> 5)
  bits[at] = (bits[at] as number) | (1 << (place & 31))
}
