/** Random numbers that are the same in every run (mulberry32), so that two runs ask the same questions. */

export interface Random {
  /** In [0, 1). */
  next(): number
  below(limit: number): number
  pick<T>(items: readonly T[]): T
  /** Lower-case letters. */
  word(shortest: number, longest: number): string
}

export function random(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    word: (shortest, longest) =>
      Array.from({ length: shortest + below(longest - shortest + 1) }, () => String.fromCharCode(97 + below(26))).join(
        '',
      ),
  }
}

/** `count` different words. */
export function words(source: Random, count: number, shortest: number, longest: number): string[] {
  const found = new Set<string>()
  while (found.size < count) found.add(source.word(shortest, longest))
  return [...found]
}
