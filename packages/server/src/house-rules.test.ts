import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = dirname(fileURLToPath(import.meta.url))

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))

/** The first folder, or the first two of a service: `kernel`, `services/iam`; the file itself at the top. */
function roomOf(file: string): string {
  const parts = file.split('/')
  if (parts[0] === 'services') return parts.slice(0, 2).join('/')
  return parts.length === 1 ? 'top' : (parts[0] ?? '')
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = [...text.matchAll(/^(?:import|export)\b[^'"]*?from '(\.[^']+)'/gms)].map((match) => match[1] ?? '')
  return found.map((path) =>
    relative(root, resolve(root, dirname(file), path))
      .split(sep)
      .join('/'),
  )
}

/** Which rooms a room may import from besides itself. Services may use every lower room, and STS knows IAM's entities. */
const lower = ['secrets', 'store', 'kernel', 'principals', 'audit', 'objects', 'runtimes']
const allowed: Readonly<Record<string, readonly string[]>> = {
  secrets: [],
  store: [],
  kernel: [],
  objects: ['store', 'kernel'],
  runtimes: ['kernel'],
  principals: ['secrets', 'store', 'kernel'],
  audit: ['store', 'kernel'],
  http: ['kernel', 'principals'],
  'services/sts': [...lower, 'services/iam'],
}

describe('the arrows between the rooms', () => {
  const code = files.filter((file) => !/\.test(-data)?\.ts$|permission-cases\.ts$|^testing\//.test(file))

  it('point the way that ARCHITECTURE.md says', () => {
    const wrong: string[] = []
    for (const file of code) {
      const room = roomOf(file)
      if (room === 'top') continue
      const may = allowed[room] ?? (room.startsWith('services/') ? lower : undefined)
      if (may === undefined) continue
      for (const imported of importsOf(file)) {
        const target = roomOf(imported)
        if (target !== room && !may.includes(target)) wrong.push(`${file} → ${imported}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('are found at all', () => {
    expect(code.length).toBeGreaterThan(40)
    expect(importsOf('kernel/enforce.ts')).toContain('kernel/programs.ts')
    expect(importsOf('main.ts')).toContain('services/iam/service.ts')
  })
})

describe('files', () => {
  it('have at most 400 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 400)
    expect(long).toEqual([])
  })

  it('are named for what they hold, in kebab-case', () => {
    const bad = files.filter((file) => {
      const name = file.slice(file.lastIndexOf('/') + 1)
      return (
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.(contract\.)?test|\.test-data)?\.ts$/.test(name) ||
        /(util|helper|common|misc)/.test(name)
      )
    })
    expect(bad).toEqual([])
  })

  it('open with a sentence about what they are', () => {
    const silent = files
      .filter((file) => !/\.test\.ts$/.test(file))
      .filter((file) => !readFileSync(join(root, file), 'utf8').startsWith('/**'))
    expect(silent).toEqual([])
  })
})

describe('Granted', () => {
  it('is minted nowhere but in enforce', () => {
    const minting = files.filter((file) => /as (unknown as )?Granted</.test(readFileSync(join(root, file), 'utf8')))
    // `operation.ts` narrows the input's type of a call that is granted already.
    expect(minting.filter((file) => !file.endsWith('.test.ts')).sort()).toEqual([
      'kernel/enforce.ts',
      'kernel/operation.ts',
    ])
  })
})
