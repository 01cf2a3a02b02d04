import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { linesBackward } from './backward-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'scopedown-lines-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function backward(text: string, end = Buffer.byteLength(text)) {
  const path = join(folder, 'lines')
  writeFileSync(path, text)
  const file = await open(path, 'r')
  try {
    const found: { offset: number; text: string }[] = []
    for await (const line of linesBackward(file, end)) found.push(line)
    return found
  } finally {
    await file.close()
  }
}

it('leaves out a line that is not complete', async () => {
  expect(await backward('ab\nçd\nhalf')).toEqual([
    { offset: 3, text: 'çd' },
    { offset: 0, text: 'ab' },
  ])
  expect(await backward('half')).toEqual([])
  expect(await backward('')).toEqual([])
})

it('finds every line of any length, and goes on from where it stopped', async () => {
  const line = fc.oneof(
    fc.string({ maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')),
    fc.integer({ min: 65_000, max: 140_000 }).map((length) => 'é'.repeat(length)),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        line.filter((text) => text !== ''),
        { maxLength: 6 },
      ),
      async (lines) => {
        const text = lines.map((one) => `${one}\n`).join('')
        const found = await backward(text)
        expect(found.map((one) => one.text).reverse()).toEqual(lines)
        const last = found.at(0)
        if (last !== undefined) expect(await backward(text, last.offset)).toEqual(found.slice(1))
      },
    ),
    { numRuns: 40 },
  )
})
