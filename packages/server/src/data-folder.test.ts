import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeDataFolder } from './data-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'scopedown-data-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('the data folder', () => {
  it('is made with all above it, and is its owner’s alone', () => {
    makeDataFolder(join(root, 'a/b'))
    makeDataFolder(join(root, 'a/b'))
    expect(statSync(join(root, 'a/b')).mode & 0o777).toBe(0o700)
  })

  it('is refused where a file is', () => {
    writeFileSync(join(root, 'file'), '')
    expect(() => makeDataFolder(join(root, 'file'))).toThrow('is no folder')
    expect(() => makeDataFolder(join(root, 'file/below'))).toThrow(/cannot be made: ENOTDIR/)
  })

  it.skipIf(!existsSync('/proc/self'))('is refused, at once, where no folder can be made', () => {
    expect(() => makeDataFolder('/proc/nope')).toThrow(/cannot be made: ENOENT/)
  })
})
