import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CallEvent } from '../kernel/event.ts'
import { AuditLog } from './audit-log.ts'
import type { Denials } from './denials.ts'

const event = (requestId: string, time = Date.UTC(2026, 0, 2)): CallEvent => ({
  requestId,
  time,
  origin: { ip: undefined, userAgent: undefined, secure: false },
  region: 'us-east-1',
  operation: undefined,
  caller: undefined,
  input: undefined,
  verdict: undefined,
  error: undefined,
  authorizationId: undefined,
})

describe('AuditLog', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scopedown-audit-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const read = () =>
    readdirSync(folder)
      .sort()
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
      .map((line) => (JSON.parse(line) as { requestID: string }).requestID)

  it('makes callers wait when it is full, and loses nothing', async () => {
    let open: () => void = () => {}
    const blocked = new Promise<void>((resolve) => {
      open = resolve
    })
    const denials = { keep: () => blocked } as unknown as Denials
    const log = new AuditLog({ folder, denials, onError: () => {}, capacity: 100 })
    let waiting = 0
    const pending: Promise<void>[] = []
    for (let index = 0; index < 200; index += 1) {
      const room = log.record(event(`${index}`))
      if (room === undefined) continue
      waiting += 1
      pending.push(room)
    }
    expect(waiting).toBe(101)
    open()
    await Promise.all(pending)
    await log.close()
    expect(read()).toEqual(Array.from({ length: 200 }, (_, index) => `${index}`))
  })

  it('tells of a call whose line cannot be made, and goes on', async () => {
    const denials = { keep: async () => {} } as unknown as Denials
    const errors: unknown[] = []
    const log = new AuditLog({ folder, denials, onError: (error) => errors.push(error) })
    const input = {
      get broken(): never {
        throw new Error('an operation that shows what is not there')
      },
    }
    const operation = {
      service: { definition: { name: 'x' } },
      operation: { name: 'X', model: {}, audited: () => input },
    }
    const verdict = { exempt: 'a test', answers: [], refusal: undefined }
    log.record({ ...event('bad'), operation, input: {}, verdict } as unknown as CallEvent)
    log.record(event('good'))
    await log.close()
    expect(read()).toEqual(['bad', 'good'])
    expect(errors).toHaveLength(1)
  })

  it('keeps a file for each day', async () => {
    const denials = { keep: async () => {} } as unknown as Denials
    const log = new AuditLog({ folder, denials, onError: () => {} })
    log.record(event('a', Date.UTC(2026, 0, 2)))
    log.record(event('b', Date.UTC(2026, 0, 3)))
    await log.close()
    expect(readdirSync(folder).sort()).toEqual(['2026-01-02.jsonl', '2026-01-03.jsonl'])
  })

  it('tries again what could not be written', async () => {
    let failures = 0
    const errors: unknown[] = []
    const denials = {
      keep: async () => {
        failures += 1
        if (failures === 1) throw new Error('away')
      },
    } as unknown as Denials
    const log = new AuditLog({ folder, denials, onError: (error) => errors.push(error) })
    log.record(event('a'))
    await log.flush()
    await log.close()
    expect(errors).toHaveLength(1)
    expect(read()).toEqual(['a'])
  })

  it('is flushed of what was recorded before, however much comes meanwhile', async () => {
    const denials = { keep: async () => {} } as unknown as Denials
    const log = new AuditLog({ folder, denials, onError: () => {} })
    let recorded = 0
    let flushed = false
    log.record(event('first'))
    const busy = (async () => {
      while (!flushed && recorded < 100_000) {
        for (let i = 0; i < 300; i += 1) log.record(event(`${recorded++}`))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    await log.flush()
    flushed = true
    expect(read()).toContain('first')
    await busy
    expect(recorded).toBeLessThan(100_000)
    await log.close()
    expect(read()).toHaveLength(recorded + 1)
  })

  it('is flushed once it is closed, whatever comes then', async () => {
    const denials = { keep: async () => {} } as unknown as Denials
    const log = new AuditLog({ folder, denials, onError: () => {} })
    await log.close()
    log.record(event('late'))
    await log.flush()
    expect(readdirSync(folder)).toEqual([])
  })
})
