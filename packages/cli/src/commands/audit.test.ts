import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Workspace } from '../run.test-data.ts'
import { run } from '../run.ts'

const workspace = new Workspace()
const data = join(workspace.folder, 'data')
const folder = join(data, 'audit')
const today = join(folder, '2026-01-03.jsonl')
afterAll(() => workspace.remove())

const ana = { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/ana' }
const base = { eventTime: '2026-01-03T04:05:06Z', eventSource: 'iam.amazonaws.com', userIdentity: ana }
const ok = { ...base, eventName: 'GetUser', decision: { outcome: 'allowed', requirements: [] } }
const refused = { action: 'iam:GetRole', resource: 'arn:aws:iam::123456789012:role/r', outcome: 'implicitDeny' }
const denied = {
  ...base,
  eventName: 'GetRole',
  errorCode: 'AccessDenied',
  decision: { outcome: 'implicitDeny', authorizationId: '0abc', requirements: [{ ...refused, by: ['identity'] }] },
}
const wrong = { ...base, userIdentity: { type: 'Unknown' }, eventName: 'GetUser', errorCode: 'SignatureDoesNotMatch' }
const deniedLine =
  '2026-01-03T04:05:06Z denied  iam:GetRole by arn:aws:iam::123456789012:user/ana on arn:aws:iam::123456789012:role/r: no iam:GetRole, implicitDeny by identity (scopedown explain 0abc)'

const json = (...records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')
const tail = (...argv: readonly string[]) => workspace.run(['audit', 'tail', '--data', data, ...argv])

beforeEach(() => {
  rmSync(data, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
})

describe('scopedown audit tail', () => {
  it('tells each call in one line, with status 0', async () => {
    writeFileSync(today, json(ok, denied, wrong))
    expect(await tail()).toEqual({
      status: 0,
      err: '',
      out: [
        '2026-01-03T04:05:06Z ok      iam:GetUser by arn:aws:iam::123456789012:user/ana',
        deniedLine,
        '2026-01-03T04:05:06Z error   iam:GetUser by unknown caller: SignatureDoesNotMatch',
        '',
      ].join('\n'),
    })
  })

  it('shows denials alone, and whole records', async () => {
    writeFileSync(today, json(ok, denied, wrong))
    expect((await tail('--denied')).out).toBe(`${deniedLine}\n`)
    expect((await tail('--denied', '--json')).out).toBe(json(denied))
  })

  it('begins with the latest, of as many days as it takes', async () => {
    const numbered = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({ ...ok, requestID: from + index }))
    writeFileSync(join(folder, '2026-01-01.jsonl'), json(...numbered(0, 5000)))
    writeFileSync(join(folder, '2026-01-02.jsonl'), json(...numbered(5000, 5010)))
    writeFileSync(today, json(...numbered(5010, 5015)))
    const ids = async (lines: string) =>
      (await tail('--lines', lines, '--json')).out
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line).requestID]))
    for (const count of [0, 3, 12, 40, 5015]) {
      expect(await ids(String(count))).toEqual(Array.from({ length: count }, (_, index) => 5015 - count + index))
    }
    expect(await ids('999999')).toHaveLength(5015)
  })

  it('passes over what is no record, and lets no control character through', async () => {
    const odd = { ...ok, userIdentity: { arn: 'arn:\u001b[31m' }, decision: { requirements: 7 } }
    writeFileSync(today, `not json\n[]\n"x"\n${json(odd)}{"half":`)
    const { status, out } = await tail()
    expect([status, out]).toEqual([0, '2026-01-03T04:05:06Z ok      iam:GetUser by arn:\\u001b[31m\n'])
  })

  it('follows: shows what is written later, over days, until it is told to stop', async () => {
    writeFileSync(today, json(ok))
    const shown: string[] = []
    const arrived = (count: number) =>
      new Promise<void>((resolve) => {
        const look = setInterval(() => {
          if (shown.length < count) return
          clearInterval(look)
          resolve()
        }, 10)
      })
    const output = { write: (text: string) => shown.push(text) > 0, once: () => undefined }
    const io = { stdin: [] as never, stdout: output, stderr: output, env: {} }
    const listeners = process.listenerCount('SIGTERM')
    const status = run(['audit', 'tail', '--data', data, '--follow', '--denied', '--json'], io)
    const line = json(denied)
    appendFileSync(today, json(ok) + line.slice(0, 50))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(shown).toEqual([])
    appendFileSync(today, line.slice(50))
    await arrived(1)
    writeFileSync(join(folder, '2026-01-04.jsonl'), line)
    await arrived(2)
    expect(shown).toEqual([line, line])
    process.emit('SIGTERM')
    expect(await status).toBe(0)
    expect(process.listenerCount('SIGTERM')).toBe(listeners)
  })

  it('says with status 2 that there is nothing to read', async () => {
    const none = await workspace.run(['audit', 'tail'], { env: { SCOPEDOWN_DATA: `${workspace.folder}/none` } })
    const line = `scopedown: there is no audit log in ${workspace.folder}/none; see --data\n`
    expect(none).toEqual({ status: 2, out: '', err: line })
    expect((await tail('--lines', 'x')).err).toBe('scopedown: --lines must be a number, not `x`\n')
  })
})
