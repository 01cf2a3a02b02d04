import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { IdentityTables } from './principals/tables.ts'
import { schemaSteps } from './schema.ts'
import { openStore } from './store/store.ts'
import { startChildServer } from './testing/child-server.ts'
import { databases } from './testing/databases.ts'
import { sendSigned } from './testing/signed-request.ts'
import { readCredentials } from './testing/test-server.ts'

/** Fifty under CI; a few while somebody works. */
const rounds = Number(process.env.SCOPEDOWN_CRASH_ROUNDS ?? (process.env.CI === 'true' ? 50 : 4))
const writers = 4

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

for (const { name, missing, create } of databases) {
  describe.skipIf(missing !== undefined)(`kill -9 under write load on ${name}`, () => {
    it(`loses no acknowledged write in ${rounds} rounds`, async () => {
      const database = await create()
      const data = mkdtempSync(join(tmpdir(), 'scopedown-crash-'))
      const options = name === 'postgres' ? { data, databaseUrl: database.location } : { data }
      const location = name === 'postgres' ? database.location : join(data, 'scopedown.db')
      const acknowledged = new Set<string>()
      let unknownAnswers = 0
      try {
        for (let round = 0; round < rounds; round += 1) {
          const server = await startChildServer(options)
          const keys = readCredentials(server.credentialsFile)
          let running = true
          const write = async (writer: number) => {
            for (let count = 0; running; count += 1) {
              const user = `r${round}w${writer}n${count}`
              const body = `Action=CreateUser&Version=2010-05-08&UserName=${user}`
              const headers = { 'content-type': 'application/x-www-form-urlencoded' }
              const answer = await sendSigned(server.url, keys, { service: 'iam', headers, body }).catch(
                () => undefined,
              )
              if (answer === undefined) return
              if (answer.status === 200) acknowledged.add(user)
              else unknownAnswers += 1
            }
          }
          const load = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
          // On a busy machine the first answers take their time; a kill before them would prove nothing.
          const before = acknowledged.size
          const patience = Date.now() + 20_000
          while (acknowledged.size < before + 2 && Date.now() < patience) await pause(5)
          await pause(Math.random() * 200)
          await server.kill('SIGKILL')
          running = false
          await load
        }
        const store = (await openStore({ location, steps: schemaSteps })).as<IdentityTables>()
        const kept = new Set((await store.db.selectFrom('iam_users').select('name').execute()).map((user) => user.name))
        await store.close()
        expect([...acknowledged].filter((user) => !kept.has(user))).toEqual([])
        expect(acknowledged.size).toBeGreaterThan(rounds)
        expect(unknownAnswers).toBe(0)
      } finally {
        rmSync(data, { recursive: true, force: true })
        await database.remove()
      }
    }, 300_000)
  })
}
