/** The rules of CONTRIBUTING.md that a machine can hold. docs/INVARIANTS.md names them. */

import { existsSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'
import { packageArrows, serverArrows } from './import-rules.test-data.ts'
import { isForTests, manifest, root, type SourceFile, sourceFiles, trackedFiles } from './source-files.test-data.ts'

const files = sourceFiles()
const inPackages = files.filter((file) => file.package !== undefined)
const production = inPackages.filter((file) => !file.isTest)

/** `@scope/name` or `name`, without the path inside. */
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
const isRelative = (specifier: string): boolean => specifier.startsWith('.')
const isNode = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier)

/** `path: what is wrong` for every import that `wrong` has something to say about. */
function wrongImports(of: readonly SourceFile[], wrong: (specifier: string, file: SourceFile) => string | undefined) {
  return of.flatMap((file) =>
    file.imports.flatMap(({ specifier }) => {
      const said = wrong(specifier, file)
      return said === undefined ? [] : [`${file.path}: ${said}`]
    }),
  )
}

describe('the rules see the sources', () => {
  it('finds files and imports of every package', () => {
    for (const name of Object.keys(packageArrows)) {
      const own = production.filter((file) => file.package === name)
      expect(own.length, name).toBeGreaterThan(5)
      expect(own.flatMap((file) => file.imports).length, name).toBeGreaterThan(5)
    }
  })
})

describe('imports between packages', () => {
  it('the engine imports nothing outside itself, not even node:', () => {
    const engine = production.filter((file) => file.package === 'engine')
    expect(wrongImports(engine, (specifier) => (isRelative(specifier) ? undefined : specifier))).toEqual([])
    const { dependencies = {} } = manifest('packages/engine/package.json')
    expect(Object.keys(dependencies)).toEqual([])
  })

  it('a relative import stays inside its package', () => {
    const leaves = (specifier: string, file: SourceFile) => {
      const inside = `packages/${file.package}/src/`
      return isRelative(specifier) && !file.target(specifier).startsWith(inside) ? specifier : undefined
    }
    expect(wrongImports(production, leaves)).toEqual([])
  })

  it('a package imports only what its manifest lists, and its neighbours by name alone', () => {
    const unlisted = (specifier: string, file: SourceFile) => {
      if (isRelative(specifier) || isNode(specifier)) return undefined
      const { dependencies = {} } = manifest(`packages/${file.package}/package.json`)
      if (!(packageOf(specifier) in dependencies)) return `${specifier} is not in its dependencies`
      const inside = specifier.startsWith('@scopedown/') && specifier !== packageOf(specifier)
      return inside ? `${specifier} reaches inside its neighbour` : undefined
    }
    expect(wrongImports(production, unlisted)).toEqual([])
  })

  it('engine ← wire ← server ← cli, and never the other way', () => {
    const backwards = (specifier: string, file: SourceFile) => {
      const allowed = packageArrows[file.package ?? ''] ?? []
      return specifier.startsWith('@scopedown/') && !allowed.includes(packageOf(specifier)) ? specifier : undefined
    }
    expect(wrongImports(production, backwards)).toEqual([])
  })

  it('every package has its arrows in the table', () => {
    const packages = [...new Set(inPackages.map((file) => file.package))]
    expect(packages.filter((name) => !(String(name) in packageArrows))).toEqual([])
  })

  it('the command loads the server only for the commands that need it', () => {
    const cli = production.filter((file) => file.package === 'cli')
    const eager = cli.flatMap((file) =>
      file.imports
        .filter(({ specifier, typeOnly, dynamic }) => specifier === '@scopedown/server' && !typeOnly && !dynamic)
        .map(() => file.path),
    )
    expect(eager).toEqual([])
  })
})

describe('imports inside the server', () => {
  const server = production.filter((file) => file.package === 'server')
  const folderOf = (path: string): string => {
    const parts = path.replace('packages/server/src/', '').split('/')
    if (parts.length === 1) return ''
    return parts[0] === 'services' ? `services/${parts[1]}` : String(parts[0])
  }
  const rulesOf = (folder: string) => serverArrows[folder.startsWith('services/') ? 'services' : folder]

  it('every folder has its arrows in the table', () => {
    const folders = new Set(server.map((file) => folderOf(file.path)).filter((folder) => folder !== ''))
    expect([...folders].filter((folder) => rulesOf(folder) === undefined)).toEqual([])
  })

  it('a folder imports only what the table allows: the kernel knows no service, a service no other', () => {
    const astray = (specifier: string, file: SourceFile) => {
      const from = folderOf(file.path)
      if (from === '' || !isRelative(specifier)) return undefined
      const to = folderOf(file.target(specifier))
      return to === from || rulesOf(from)?.includes(to) ? undefined : `${from} → ${to === '' ? specifier : to}`
    }
    expect(wrongImports(server, astray)).toEqual([])
  })

  it('nothing outside of tests imports what is made for tests', () => {
    const madeForTests = (specifier: string) => (isForTests(specifier) ? specifier : undefined)
    expect(wrongImports(production, madeForTests)).toEqual([])
  })
})

describe('files', () => {
  it('have at most 400 lines, or say why in a line `// over 400 lines: …`', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 401 && !/^\/\/ over 400 lines: \S/m.test(text))
    expect(long.map(({ path }) => path)).toEqual([])
  })

  it('are called after what they hold', () => {
    const vague = /(^|[/.-])(utils?|helpers?|common|misc|shared|stuff)([/.-]|$)/i
    expect(files.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([])
  })

  it('have kebab-case names', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+(-[a-z]+)*)*\.(tsx?|js|mjs)$/
    const odd = files.filter(({ path }) => !kebab.test(path.slice(path.lastIndexOf('/') + 1)))
    expect(odd.map(({ path }) => path)).toEqual([])
  })

  it('of a package open with a sentence on what they are', () => {
    const open = /^(#!.*\n)?(\/\/ over 400 lines: .*\n)?\/\*\*/
    expect(production.filter(({ text }) => !open.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('leave nothing for later in a comment', () => {
    const later = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${'X'.repeat(3)})\\b`)
    expect(files.filter(({ text }) => later.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('do not focus or silently skip a test', () => {
    const focused = new RegExp(`\\b(it|test|describe)\\.(${['on', 'ly'].join('')}|${['sk', 'ip'].join('')}|todo)\\b`)
    expect(files.filter(({ text }) => focused.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('dependencies', () => {
  const manifests = trackedFiles().filter((path) => /(^|\/)package\.json$/.test(path))

  it('are pinned to one version', () => {
    const loose = manifests.flatMap((path) => {
      const { dependencies = {}, devDependencies = {} } = manifest(path)
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`)
    })
    expect(loose).toEqual([])
  })

  it('of everything that runs, direct or not, are under a licence that asks for no more than its notice', () => {
    const permissive = [
      'Apache-2.0',
      'MIT',
      'ISC',
      'BSD-2-Clause',
      'BSD-3-Clause',
      '0BSD',
      'BlueOak-1.0.0',
      'Unlicense',
    ]
    // MPL-2.0 asks for the source of changed files; this package is used as it is published.
    const unchanged = ['pyodide: MPL-2.0']
    const seen = new Set<string>()
    const odd: string[] = []
    const visit = (name: string, from: string): void => {
      const path = installed(name, from)
      if (path === undefined || seen.has(path)) return
      seen.add(path)
      const { license, licenses = [], dependencies = {} } = manifest(`${path}/package.json`)
      const offered = license?.replace(/[()]/g, '').split(' OR ') ?? licenses.map(({ type }) => type)
      if (!offered.some((one) => permissive.includes(one))) odd.push(`${name}: ${offered.join(' OR ')}`)
      for (const next of Object.keys(dependencies)) visit(next, path)
    }
    for (const path of manifests.filter((one) => one.startsWith('packages/'))) {
      const folder = path.replace('/package.json', '')
      for (const name of Object.keys(manifest(path).dependencies ?? {})) visit(name, folder)
    }
    expect(odd).toEqual(unchanged)
    expect(seen.size).toBeGreaterThan(10)
  })
})

/** As Node finds it: the nearest `node_modules` upwards. */
function installed(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (existsSync(`${root}${path}/package.json`)) return path
    if (folder === '') return undefined
  }
}
