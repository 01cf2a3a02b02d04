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

const flushMilliseconds = 10_000

export class LastUsed {
  readonly #db: Kysely<IdentityTables>
  readonly #timer: NodeJS.Timeout
  #keys = new Map<string, Use>()
  #roles = new Map<string, Use>()

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

  /** Until all that was noted can be read. */
  async settle(): Promise<void> {
    const [keys, roles] = [this.#keys, this.#roles]
    this.#keys = new Map()
    this.#roles = new Map()
    for (const [id, { time, service, region }] of keys) {
      await this.#db
        .updateTable('iam_access_keys')
        .set({ last_used_at: time, last_used_service: service, last_used_region: region })
        .where('id', '=', id)
        .execute()
    }
    for (const [id, { time, region }] of roles) {
      await this.#db
        .updateTable('iam_roles')
        .set({ last_used_at: time, last_used_region: region })
        .where('id', '=', id)
        .execute()
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.settle()
  }
}
