/**
 * The memory of a process and of all that it started, held below a limit: a limit of each process alone leaves room for as many
 * times that as there may be processes. Linux's proc(5); elsewhere there is nothing to watch by.
 */

import { readdirSync, readFileSync } from 'node:fs'

interface Watched {
  readonly pid: number
  readonly limitBytes: number
  readonly onExceeded: () => void
}

const lookMilliseconds = 250
const pageBytes = 4096
const watched = new Set<Watched>()
let timer: NodeJS.Timeout | undefined

/** Calls once, when the limit is exceeded. Returns how to stop watching. */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): () => void {
  if (process.platform !== 'linux') return () => undefined
  const one = { pid, limitBytes, onExceeded }
  watched.add(one)
  timer ??= setInterval(look, lookMilliseconds).unref()
  return () => forget(one)
}

function forget(one: Watched): void {
  watched.delete(one)
  if (watched.size > 0) return
  clearInterval(timer)
  timer = undefined
}

function look(): void {
  const children = childrenOfAll()
  for (const one of [...watched]) {
    const family = [one.pid]
    for (const pid of family) family.push(...(children.get(pid) ?? []))
    // Pages that several processes share count once for each at first: cheap, and never too little.
    if (total(family, privateBytes) <= one.limitBytes || total(family, shareBytes) <= one.limitBytes) continue
    forget(one)
    one.onExceeded()
  }
}

const total = (pids: readonly number[], of: (pid: number) => number): number =>
  pids.reduce((sum, pid) => sum + of(pid), 0)

function childrenOfAll(): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    // The name of a program, in parentheses, may hold anything.
    const parent = Number(/^.*\) \S (\d+) /s.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0)
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  return children
}

function privateBytes(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number)
  return Math.max(0, resident - shared) * pageBytes
}

/** Each shared page in equal parts. Where it may not be read, what is the process's own. */
function shareBytes(pid: number): number {
  const kibibytes = /^Pss_Anon:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1]
  return kibibytes === undefined ? privateBytes(pid) : Number(kibibytes) * 1024
}

/** Empty for a process that has just ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
