/**
 * Reads the audit log back, newest call first. A call's place is its day and the offset of its line: it never changes, so it
 * is what pages and live readers hold on to. Reads what this server wrote; other servers over the same store have logs of
 * their own.
 */

import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditedCall } from './audited-call.ts'
import { linesBackward } from './backward-lines.ts'

/** `2026-01-02:4096` */
export interface CallPlace {
  readonly day: string
  readonly offset: number
}

export interface CallsQuery {
  /** Calls before this place; undefined: from the newest. */
  readonly before: CallPlace | undefined
  /** Calls after this place only. */
  readonly after: CallPlace | undefined
  readonly limit: number
  readonly matches: (call: AuditedCall) => boolean
}

export interface FoundCalls {
  readonly calls: readonly { readonly place: CallPlace; readonly call: AuditedCall }[]
  /** Where to go on; undefined: there is nothing older. */
  readonly next: CallPlace | undefined
  /** The newest line that was there, whether it matched or not. */
  readonly newest: CallPlace | undefined
}

const day = /^(\d{4}-\d{2}-\d{2})\.jsonl$/
/** Read for one answer, so that a filter that matches nothing does not read the whole log at once. */
const scannedCharacters = 16 * 1024 * 1024

export class AuditReader {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read({ before, after, limit, matches }: CallsQuery): Promise<FoundCalls> {
    const calls: { place: CallPlace; call: AuditedCall }[] = []
    let newest: CallPlace | undefined
    let scanned = 0
    for (const name of await this.#days(before, after)) {
      const file = await open(join(this.#folder, `${name}.jsonl`), 'r')
      try {
        const end = before?.day === name ? before.offset : (await file.stat()).size
        for await (const { offset, text } of linesBackward(file, end)) {
          const place = { day: name, offset }
          if (after !== undefined && after.day === name && offset <= after.offset)
            return { calls, next: undefined, newest }
          newest ??= place
          scanned += text.length
          const call = parsed(text)
          if (call !== undefined && matches(call)) calls.push({ place, call })
          if (calls.length === limit || scanned >= scannedCharacters) return { calls, next: place, newest }
        }
      } finally {
        await file.close()
      }
    }
    return { calls, next: undefined, newest }
  }

  /** Newest first. */
  async #days(before: CallPlace | undefined, after: CallPlace | undefined): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return names
      .flatMap((name) => day.exec(name)?.[1] ?? [])
      .filter((name) => (before === undefined || name <= before.day) && (after === undefined || name >= after.day))
      .sort()
      .reverse()
  }
}

/** A line that a crash cut short is no call. */
function parsed(text: string): AuditedCall | undefined {
  try {
    return JSON.parse(text) as AuditedCall
  } catch {
    return undefined
  }
}

export function placeText({ day: name, offset }: CallPlace): string {
  return `${name}:${offset}`
}

export function parsePlace(text: string): CallPlace | undefined {
  const [, name, offset] = /^(\d{4}-\d{2}-\d{2}):(\d{1,15})$/.exec(text) ?? []
  return name === undefined ? undefined : { day: name, offset: Number(offset) }
}
