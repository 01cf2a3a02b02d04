/**
 * When access keys and roles were last used: noted in memory, written now and then, for a write on every call would cost more
 * than the call. IAM API reference, GetAccessKeyLastUsed and RoleLastUsed.
 */

import type { Kysely } from 'kysely'
import type { Caller } from '../kernel/caller.ts'
import type { IdentityTables } from './tables.ts'

interface Use {
  readonly time: number
  readonly service: string
  readonly region: string
}

type KeyUse = Pick<IdentityTables['iam_access_keys'], 'last_used_at' | 'last_used_service' | 'last_used_region'>
type RoleUse = Pick<IdentityTables['iam_roles'], 'last_used_at' | 'last_used_region'>

const flushMilliseconds = 10_000

export class LastUsed {
  readonly #db: Kysely<IdentityTables>
  readonly #timer: NodeJS.Timeout
  readonly #keys = new Map<string, Use>()
  readonly #roles = new Map<string, Use>()
  /** Stay one round longer, for a row that was read before they were written may be remembered still. */
  #written = new Set<Use>()

  constructor(db: Kysely<IdentityTables>, onError: (error: unknown) => void) {
    this.#db = db
    this.#timer = setInterval(() => void this.settle().catch(onError), flushMilliseconds)
    this.#timer.unref()
  }

  note(caller: Caller, service: string, region: string, time: number): void {
    const use = { time, service, region }
    if (caller.session === undefined && caller.accessKeyId !== undefined) this.#keys.set(caller.accessKeyId, use)
    const { principal } = caller
    if (principal.kind === 'session' && principal.roleId !== undefined) this.#roles.set(principal.roleId, use)
  }

  /** The row of a key as it will be once what was noted is written. */
  ofKey<Row extends KeyUse>(row: Row & { readonly id: string }): Row {
    const use = this.#keys.get(row.id)
    if (use === undefined || use.time < (row.last_used_at ?? 0)) return row
    return { ...row, last_used_at: use.time, last_used_service: use.service, last_used_region: use.region }
  }

  ofRole<Row extends RoleUse>(row: Row & { readonly id: string }): Row {
    const use = this.#roles.get(row.id)
    if (use === undefined || use.time < (row.last_used_at ?? 0)) return row
    return { ...row, last_used_at: use.time, last_used_region: use.region }
  }

  /** Until all that was noted can be read. */
  async settle(): Promise<void> {
    const before = this.#written
    this.#written = new Set()
    for (const [id, use] of [...this.#keys]) {
      if (before.has(use)) {
        this.#keys.delete(id)
        continue
      }
      const { time, service, region } = use
      await this.#db
        .updateTable('iam_access_keys')
        .set({ last_used_at: time, last_used_service: service, last_used_region: region })
        .where('id', '=', id)
        .execute()
      this.#written.add(use)
    }
    for (const [id, use] of [...this.#roles]) {
      if (before.has(use)) {
        this.#roles.delete(id)
        continue
      }
      await this.#db
        .updateTable('iam_roles')
        .set({ last_used_at: use.time, last_used_region: use.region })
        .where('id', '=', id)
        .execute()
      this.#written.add(use)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.settle()
  }
}
