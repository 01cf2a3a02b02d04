import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { allow, ana, Workspace } from '../run.test-data.ts'

const workspace = new Workspace()
afterAll(() => workspace.remove())

const one = (name: string, decision?: string) => ({
  name,
  request: { principal: ana, action: 's3:GetObject', resource: 'arn:aws:s3:::reports/june.csv' },
  policies: { identity: [allow('s3:*', 'arn:aws:s3:::reports/*')] },
  ...(decision === undefined ? {} : { expect: { decision } }),
})
const lines = (...cases: readonly unknown[]) => cases.map((each) => JSON.stringify(each)).join('\n')
const check = (stdin: string | Uint8Array) => workspace.run(['check', '--cases', '-'], { stdin })

describe('check --cases', () => {
  it('prints one JSON line a case, in order, and counts them on standard error', async () => {
    const { status, out, err } = await check(lines(one('first', 'allowed'), one('second')))
    expect(out).toBe(
      '{"name":"first","decision":"allowed","by":["identity"],"ok":true}\n{"name":"second","decision":"allowed","by":["identity"]}\n',
    )
    expect([status, err]).toEqual([0, '2 cases: 1 as expected, 0 not, 1 without expectation\n'])
  })

  it('exits 1 where an expectation failed, and still decides the rest', async () => {
    const { status, out, err } = await check(lines(one('first', 'explicitDeny'), one('second', 'allowed')))
    expect(status).toBe(1)
    expect(out.split('\n').map((line) => line && JSON.parse(line).ok)).toEqual([false, true, ''])
    expect(err).toBe('2 cases: 1 as expected, 1 not\n')
  })

  it('counts an expectation that cannot be read as failed', async () => {
    for (const expect_ of ['allowed', {}, { decision: 'granted' }, 7]) {
      expect((await check(lines({ ...one('misspelt'), expect: expect_ }))).status).toBe(1)
    }
  })

  it('answers a malformed case or policy with `invalid` and goes on', async () => {
    const { status, out } = await check(
      lines({}, { ...one('bad policy', 'invalid'), policies: { identity: [{}] } }, one('good', 'allowed')),
    )
    expect(status).toBe(0)
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).decision),
    ).toEqual(['invalid', 'invalid', 'allowed'])
  })

  it('reads an array, from a file too', async () => {
    const file = workspace.file('cases.json', JSON.stringify([one('a', 'allowed'), one('b', 'allowed')], null, 2))
    const { status, err } = await workspace.run(['check', '--cases', file])
    expect([status, err]).toEqual([0, '2 cases: 2 as expected, 0 not\n'])
  })

  it.each([
    [
      'a line that is no JSON',
      `${JSON.stringify(one('a'))}\nnonsense\n${JSON.stringify(one('c'))}`,
      'standard input, line 2: this is no JSON object',
    ],
    [
      'a line that is no object',
      `${JSON.stringify(one('a'))}\n"text"`,
      'standard input, line 2: this is no JSON object',
    ],
    [
      'an array that breaks off',
      `[${JSON.stringify(one('a'))},`,
      'cannot read standard input: the array of cases is not closed',
    ],
    ['an array of other things', `[${JSON.stringify(one('a'))}, 7]`, 'after case 1 there should be `{`, not "7"'],
  ])('exits 2 on %s, after the cases before it', async (_, stdin, message) => {
    const { status, out, err } = await check(stdin)
    expect(status).toBe(2)
    expect(out.split('\n')).toHaveLength(2)
    expect(err).toContain(message)
    expect(err.trim().split('\n').at(-1)).toBe('1 case: 0 as expected, 0 not, 1 without expectation')
  })

  it('exits 2 on a file that is not there or no text', async () => {
    const missing = await workspace.run(['check', '--cases', '/nowhere'])
    expect([missing.status, missing.out]).toEqual([2, ''])
    expect(missing.err).toContain('scopedown: cannot read /nowhere: no such file\n')
    expect((await check(new Uint8Array([0x7b, 0xff, 0x7d]))).err).toContain(
      'cannot read standard input: it is not UTF-8 text',
    )
  })

  it('skips a byte order mark', async () => {
    expect((await check(`\uFEFF${lines(one('a', 'allowed'))}`)).status).toBe(0)
  })

  it('is not slowed by nesting, hostile keys or a huge member', async () => {
    const deep = `{"name":"deep","request":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const hostile = '{"__proto__":{"request":1},"constructor":2,"name":"hostile"}'
    const huge = `{"name":"${'x'.repeat(1_000_000)}"}`
    const { status, out } = await check([deep, hostile, huge].join('\n'))
    expect(status).toBe(0)
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).decision),
    ).toEqual(['invalid', 'invalid', 'invalid'])
  })

  it.each(['seed-glue.json', 'seed-transfer.json'])('answers %s as it expects', async (name) => {
    const path = fileURLToPath(new URL(`../../../engine/fixtures/${name}`, import.meta.url))
    const { status, out } = await workspace.run(['check', '--cases', path])
    expect(status).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(JSON.parse(readFileSync(path, 'utf8')).length)
  })
})
