/** The repository's sources as the house rules see them: tracked files, their text, and what they import. */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))

export interface Import {
  /** As written. */
  readonly specifier: string
  readonly typeOnly: boolean
  /** `import('…')`, not at the top of the module. */
  readonly dynamic: boolean
}

/** Tests, and what is made for them; `permission-cases.ts` is a service's part of the registry test. */
export const isForTests = (path: string): boolean =>
  /\.test(-data)?\.ts$|\/testing\/|\/permission-cases\.ts$/.test(path)

export class SourceFile {
  /** From the repository's root. */
  readonly path: string
  readonly text: string

  constructor(path: string) {
    this.path = path
    this.text = readFileSync(root + path, 'utf8')
  }

  /** `engine` for `packages/engine/src/…`; undefined outside of the packages' sources. */
  get package(): string | undefined {
    return /^packages\/([^/]+)\/src\//.exec(this.path)?.[1]
  }

  get isTest(): boolean {
    return isForTests(this.path) || this.path.startsWith('test/')
  }

  get imports(): readonly Import[] {
    const found: Import[] = []
    const code = this.text.replace(/\/\*[\s\S]*?\*\//g, '')
    const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s+)?'([^']+)'/gm
    for (const [, type, specifier = ''] of code.matchAll(statement)) {
      found.push({ specifier, typeOnly: type !== undefined, dynamic: false })
    }
    for (const [, specifier = ''] of code.matchAll(/\bimport\(\s*'([^']+)'/g)) {
      found.push({ specifier, typeOnly: false, dynamic: true })
    }
    return found
  }

  /** Where a relative import leads, from the repository's root. */
  target(specifier: string): string {
    return posix.normalize(posix.join(posix.dirname(this.path), specifier))
  }
}

/** Tracked, and new files that are not ignored: a rule holds before the commit. */
export function trackedFiles(): readonly string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  return list
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(root + path))
}

export const sourceFiles = (): readonly SourceFile[] =>
  trackedFiles()
    .filter((path) => /\.(tsx?|js|mjs)$/.test(path))
    .map((path) => new SourceFile(path))

export interface Manifest {
  readonly name: string
  readonly license?: string
  /** As old packages say it. */
  readonly licenses?: readonly { readonly type: string }[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

export const manifest = (path: string): Manifest => JSON.parse(readFileSync(root + path, 'utf8'))
