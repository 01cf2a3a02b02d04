import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ConsoleFiles, consoleFolder } from './console-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'scopedown-site-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('lies beside this package', () => {
  expect(consoleFolder).toMatch(/console\/dist\/site\/$/)
})

it('says how to build it where it is not built', () => {
  const page = new ConsoleFiles(join(folder, 'absent')).page()
  expect(page.status).toBe(503)
  expect(page.body).toContain('npm run build')
})

it('gives out what was built, by exact name, and nothing else', () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'assets', 'a-1.js'), '1')
  writeFileSync(join(folder, 'notes.map'), 'x')
  const files = new ConsoleFiles(folder)
  expect(files.page()).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } })
  expect(files.file('assets/a-1.js')?.headers['cache-control']).toContain('immutable')
  for (const name of ['notes.map', '../etc/passwd', 'assets', 'assets/', '']) expect(files.file(name)).toBeUndefined()
})
