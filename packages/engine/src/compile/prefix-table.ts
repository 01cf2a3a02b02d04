/**
 * Literal prefixes of one length, found by one probe: a hash over a few characters that tell the prefixes apart, then one
 * comparison. No substring is made and the text's other characters are not read.
 */

import { hasPrefix } from '../match/prefix.ts'

export interface PrefixTable<T> {
  readonly length: number
  find(text: string): T | undefined
}

/** More in one slot, and the few characters tell the prefixes apart badly: they may have been written so. */
const mostInOneSlot = 12

const maxPositions = 12
const sampleSize = 4096

/** `entries`: values by prefix; every prefix has `length` characters. */
export function prefixTable<T>(length: number, entries: ReadonlyMap<string, T>): PrefixTable<T> {
  const prefixes = [...entries.keys()]
  if (prefixes.length === 1) {
    const only = prefixes[0] as string
    const values = entries.get(only)
    return { length, find: (text) => (hasPrefix(text, only) ? values : undefined) }
  }
  const positions = discriminatingPositions(prefixes, length)
  const size = 2 ** Math.ceil(Math.log2(prefixes.length * 2))
  const mask = size - 1
  const heads = new Int32Array(size).fill(-1)
  const next = new Int32Array(prefixes.length).fill(-1)
  const values = prefixes.map((prefix) => entries.get(prefix) as T)
  const hash = (text: string): number => {
    let code = 0
    for (let index = 0; index < positions.length; index += 1) {
      code = (Math.imul(code, 31) + text.charCodeAt(positions[index] as number)) | 0
    }
    code ^= code >>> 15
    code = Math.imul(code, 0x2c1b3c6d)
    return (code ^ (code >>> 12)) & mask
  }
  const crowds = new Int32Array(size)
  for (const [index, prefix] of prefixes.entries()) {
    const slot = hash(prefix)
    crowds[slot] = (crowds[slot] as number) + 1
    if ((crowds[slot] as number) > mostInOneSlot) return wholePrefixes(length, entries)
    next[index] = heads[slot] as number
    heads[slot] = index
  }
  return {
    length,
    find: (text) => {
      for (let index = heads[hash(text)] as number; index !== -1; index = next[index] as number) {
        if (hasPrefix(text, prefixes[index] as string)) return values[index]
      }
      return undefined
    },
  }
}

/** Slower, and as quick whatever the prefixes are: the whole of each is hashed. */
const wholePrefixes = <T>(length: number, entries: ReadonlyMap<string, T>): PrefixTable<T> => ({
  length,
  find: (text) => entries.get(text.slice(0, length)),
})

/** Greedily the position that splits the sample best, until all are told apart or nothing splits further. */
function discriminatingPositions(prefixes: readonly string[], length: number): number[] {
  const step = Math.max(1, Math.floor(prefixes.length / sampleSize))
  const sample = prefixes.filter((_, index) => index % step === 0)
  const candidates = varyingPositions(sample, length)
  let groups = sample.map(() => 0)
  let count = 1
  const chosen: number[] = []
  while (chosen.length < maxPositions && count < sample.length) {
    let best: { position: number; groups: number[]; count: number } | undefined
    for (const position of candidates) {
      const split = splitBy(sample, groups, position)
      if (split.count > (best?.count ?? count)) best = { position, ...split }
    }
    if (best === undefined) break
    chosen.push(best.position)
    groups = best.groups
    count = best.count
  }
  /* Where only a sample was looked at, a few more varying positions keep the chains of the rest short. */
  if (step > 1)
    for (const position of candidates)
      if (chosen.length < maxPositions && !chosen.includes(position)) chosen.push(position)
  return chosen
}

const maxCandidates = 24

function varyingPositions(sample: readonly string[], length: number): number[] {
  const first = sample[0] ?? ''
  const positions: number[] = []
  for (let position = length - 1; position >= 0 && positions.length < maxCandidates; position -= 1) {
    const code = first.charCodeAt(position)
    if (sample.some((prefix) => prefix.charCodeAt(position) !== code)) positions.push(position)
  }
  return positions
}

function splitBy(
  sample: readonly string[],
  groups: readonly number[],
  position: number,
): { groups: number[]; count: number } {
  const ids = new Map<number, number>()
  const split = sample.map((prefix, index) => {
    const key = (groups[index] as number) * 65_536 + prefix.charCodeAt(position)
    let id = ids.get(key)
    if (id === undefined) ids.set(key, (id = ids.size))
    return id
  })
  return { groups: split, count: ids.size }
}
