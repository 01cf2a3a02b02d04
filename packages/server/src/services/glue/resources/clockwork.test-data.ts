/** A store, a clock that a test turns by hand, and as many servers' schedulers as it likes. */

import type { IdentityTables } from '../../../principals/tables.ts'
import { openStore, type Store } from '../../../store/store.ts'
import type { TestDatabase } from '../../../testing/databases.ts'
import { type GlueTables, glueSteps } from '../tables.ts'
import { fireOnDemand } from './firing.ts'
import type { JobEnd, JobOrder, JobRunner } from './job-runner.ts'
import { startRun } from './job-start.ts'
import { type RunRow, runsBefore } from './runs.ts'
import { Scheduler } from './scheduler.ts'
import { createResource, type ResourceRow, type RoomTables, resourceNamed, write } from './stored.ts'
import { glueResourceSteps, type ResourceKind, type RunKind } from './tables.ts'

export const scope = '123456789012/us-east-1'
export const noon = Date.UTC(2026, 0, 5, 12)
export const minute = 60_000

/** Ends a run when the test says so, or when it is told to stop. */
export class HandRunner implements JobRunner {
  readonly orders: JobOrder[] = []
  readonly reasons: string[] = []
  readonly #ends: ((end: JobEnd) => void)[] = []

  run(order: JobOrder, signal: AbortSignal): Promise<JobEnd> {
    this.orders.push(order)
    return new Promise((resolve) => {
      this.#ends.push(resolve)
      signal.addEventListener('abort', () => {
        this.reasons.push(String(signal.reason))
        resolve({ state: 'FAILED', message: 'told to stop' })
      })
    })
  }

  end(end: JobEnd): void {
    this.#ends.shift()?.(end)
  }
}

type GlueStore = Store<IdentityTables & GlueTables>

export class Clockwork {
  now = noon
  readonly errors: unknown[] = []
  readonly #database: TestDatabase
  readonly #stores: GlueStore[] = []

  constructor(database: TestDatabase) {
    this.#database = database
  }

  async server(runner?: JobRunner): Promise<Scheduler> {
    const { location } = this.#database
    const store = await openStore({ location, steps: { ...glueSteps, ...glueResourceSteps } })
    this.#stores.push(store.as<IdentityTables & GlueTables>())
    return new Scheduler({
      deps: { store: store.as<IdentityTables & GlueTables>() },
      ...(runner === undefined ? {} : { runner }),
      clock: () => this.now,
      onError: (error) => this.errors.push(error),
    })
  }

  get deps(): { readonly store: GlueStore } {
    const [store] = this.#stores
    if (store === undefined) throw new Error('no server yet')
    return { store }
  }

  async pass(milliseconds: number, ...servers: readonly Scheduler[]): Promise<void> {
    this.now += milliseconds
    await Promise.all(servers.map((server) => server.tick()))
  }

  make(
    kind: ResourceKind,
    name: string,
    definition: object,
    more: { readonly state?: string; readonly firesAt?: number; readonly progress?: object } = {},
  ): Promise<ResourceRow> {
    return createResource(this.deps, { scope, kind, name, definition, state: '', time: this.now, ...more })
  }

  job(name: string, more: object = {}): Promise<ResourceRow> {
    return this.make('job', name, { Role: 'r', Command: { Name: 'glueetl' }, ...more })
  }

  read(kind: ResourceKind, name: string): Promise<ResourceRow> {
    return resourceNamed(this.deps.store.as<RoomTables>().db, scope, kind, name)
  }

  /** The newest first. */
  runs(kind: RunKind, owner: string): Promise<RunRow[]> {
    return runsBefore(this.deps.store.as<RoomTables>().db, scope, kind, owner, undefined, 100)
  }

  async states(kind: RunKind, owner: string): Promise<string[]> {
    return (await this.runs(kind, owner)).map(({ state }) => state)
  }

  start(job: string, input: Parameters<typeof startRun>[2] = {}): Promise<RunRow> {
    return write(this.deps, scope, async (db) =>
      startRun(db, await resourceNamed(db, scope, 'job', job), input, { time: this.now }),
    )
  }

  fire(trigger: string): Promise<void> {
    return write(this.deps, scope, async (db) =>
      fireOnDemand(db, await resourceNamed(db, scope, 'trigger', trigger), this.now),
    )
  }

  async remove(): Promise<void> {
    for (const store of this.#stores) await store.close()
    await this.#database.remove()
  }
}
