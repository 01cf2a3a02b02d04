/**
 * Access keys to callers, cached until something about their account is written. IAM User Guide, "Managing access keys";
 * a temporary key counts only with its session token.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Caller } from '../kernel/caller.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { Changes } from '../store/changes.ts'
import type { Callers } from './callers.ts'
import type { IdentityTables } from './tables.ts'

export interface Credential {
  readonly accessKeyId: string
  readonly secret: string
  readonly active: boolean
  /** Undefined: a permanent key, which must come without a token. */
  readonly expiresAt: number | undefined
  readonly caller: Caller
}

/** An access key of an account's root user, given when the server is started. */
export interface RootAccessKey {
  readonly id: string
  readonly secret: string
  readonly account: string
}

const cacheLimit = 10_000

export class Credentials {
  readonly #db: Kysely<IdentityTables>
  readonly #callers: Callers
  readonly #sealer: Sealer
  readonly #rootKeys: ReadonlyMap<string, RootAccessKey>
  readonly #cache = new Map<string, Credential>()
  readonly #byAccount = new Map<string, Set<string>>()
  /** Counts what was forgotten, so that a read that began before a write is not kept after it. */
  #epoch = 0

  constructor(
    db: Kysely<IdentityTables>,
    callers: Callers,
    sealer: Sealer,
    rootKeys: readonly RootAccessKey[],
    changes: Changes,
  ) {
    this.#db = db
    this.#callers = callers
    this.#sealer = sealer
    this.#rootKeys = new Map(rootKeys.map((key) => [key.id, key]))
    changes.onChange((account) => this.#forget(account))
  }

  /** Without a promise where it is known already: most calls are from a caller seen before. */
  find(accessKeyId: string): Credential | undefined | Promise<Credential | undefined> {
    return this.#cache.get(accessKeyId) ?? this.#load(accessKeyId)
  }

  async #load(accessKeyId: string): Promise<Credential | undefined> {
    const epoch = this.#epoch
    const credential = await this.#read(accessKeyId)
    if (credential === undefined || epoch !== this.#epoch) return credential
    if (this.#cache.size >= cacheLimit) this.#drop(this.#cache.keys().next().value ?? '')
    this.#cache.set(accessKeyId, credential)
    const { account } = credential.caller
    const keys = this.#byAccount.get(account) ?? new Set()
    this.#byAccount.set(account, keys.add(accessKeyId))
    return credential
  }

  async #read(accessKeyId: string): Promise<Credential | undefined> {
    const root = this.#rootKeys.get(accessKeyId)
    if (root !== undefined) {
      const caller = this.#callers.root(root.account, accessKeyId)
      return { accessKeyId, secret: root.secret, active: true, expiresAt: undefined, caller }
    }
    return accessKeyId.startsWith('ASIA') ? this.#readSession(accessKeyId) : this.#readKey(accessKeyId)
  }

  async #readKey(accessKeyId: string): Promise<Credential | undefined> {
    const key = await this.#db
      .selectFrom('iam_access_keys')
      .selectAll()
      .where('id', '=', accessKeyId)
      .executeTakeFirst()
    if (key === undefined) return undefined
    const caller =
      key.user_id === null
        ? this.#callers.root(key.account_id, accessKeyId)
        : await this.#callers.user(key.user_id, accessKeyId)
    if (caller === undefined) return undefined
    const active = key.status === 'Active'
    return { accessKeyId, secret: this.#open(key.secret_sealed), active, expiresAt: undefined, caller }
  }

  async #readSession(accessKeyId: string): Promise<Credential | undefined> {
    const row = await this.#db
      .selectFrom('sts_sessions')
      .selectAll()
      .where('access_key_id', '=', accessKeyId)
      .executeTakeFirst()
    const caller = row && (await this.#callers.session(row))
    if (row === undefined || caller === undefined) return undefined
    return { accessKeyId, secret: this.#open(row.secret_sealed), active: true, expiresAt: row.expires_at, caller }
  }

  #open(sealed: string): string {
    const secret = this.#sealer.open(sealed)
    if (secret === undefined) throw new Error('a stored secret was sealed with another master key')
    return secret.toString()
  }

  #forget(account: string): void {
    this.#epoch += 1
    for (const key of this.#byAccount.get(account) ?? []) this.#cache.delete(key)
    this.#byAccount.delete(account)
  }

  #drop(accessKeyId: string): void {
    const account = this.#cache.get(accessKeyId)?.caller.account
    this.#cache.delete(accessKeyId)
    if (account !== undefined) this.#byAccount.get(account)?.delete(accessKeyId)
  }
}

/** Session tokens: opaque to their holder, bound to one access key by the seal. */
export class SessionTokens {
  readonly #sealer: Sealer
  readonly #verified = new Map<string, Buffer>()

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  issue(accessKeyId: string, expiresAt: number): string {
    return this.#sealer.seal(JSON.stringify({ accessKeyId, expiresAt }))
  }

  /** Whether it was issued for this key. Decrypted once per key; afterwards compared by digest. */
  verify(token: string, accessKeyId: string): boolean {
    const digest = createHash('sha256').update(token).digest()
    const known = this.#verified.get(accessKeyId)
    if (known !== undefined && timingSafeEqual(known, digest)) return true
    const opened = this.#read(token)
    if (opened?.accessKeyId !== accessKeyId) return false
    if (this.#verified.size >= cacheLimit) this.#verified.clear()
    this.#verified.set(accessKeyId, digest)
    return true
  }

  #read(token: string): { accessKeyId: string; expiresAt: number } | undefined {
    const opened = this.#sealer.open(token)
    return opened && (JSON.parse(opened.toString()) as { accessKeyId: string; expiresAt: number })
  }
}
