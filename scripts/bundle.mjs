// Makes a few files of the server's thousand, npm's packages among them, and of the command's: most of a start is Node finding,
// opening and linking them one by one. What is newer than all that it is made of is left alone.
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleTime, compiledTime } from '../packages/cli/bin/bundle.js'

/** These have files of their own (addons, WebAssembly), or few need them. */
const apart = ['@photostructure/sqlite', 'pg', 'pyodide', 'ssh2']

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url))
const timeOf = (relative) => statSync(path(relative)).mtimeMs

/** A module's own address stays what it was: data files are found by it. */
const addresses = (folder) => ({
  name: 'addresses',
  transform: {
    filter: { id: { exclude: /node_modules/ }, code: /\bimport\.meta\.url\b/ },
    handler: (code, id) =>
      code.replaceAll('import.meta.url', `new URL(${JSON.stringify(relative(folder, id))}, import.meta.url).href`),
  },
})

/** The server's bundle stays in the server's package, and the command finds it there. */
const server = {
  name: 'server',
  resolveId: {
    filter: { id: /^@scopedown\/server$/ },
    handler: () => ({ id: '@scopedown/server/bundle', external: true }),
  },
}

/** Parsing one large text takes memory at once that stays with the process: a file for each package instead. */
const packageOf = (id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1].replace('/', '-') ?? null

const started = new Date()
const newest = Math.max(compiledTime(), ...['package-lock.json', 'scripts/bundle.mjs'].map(timeOf))
if (bundleTime() <= newest) {
  const { build } = await import('rolldown')
  // The command's last: its time is the time of both.
  for (const [input, folder] of [
    [path('packages/server/dist/index.js'), path('packages/server/dist/bundle')],
    [path('packages/cli/dist/main.js'), path('packages/cli/dist/bundle')],
  ]) {
    const { output } = await build({
      input,
      platform: 'node',
      external: (id) => apart.some((name) => id === name || id.startsWith(`${name}/`)),
      resolve: { mainFields: ['module', 'main'] },
      plugins: [addresses(folder), server],
      output: {
        dir: folder,
        entryFileNames: '[name].js',
        comments: { legal: true, annotation: false, jsdoc: false },
        codeSplitting: { groups: [{ name: packageOf, debugName: 'npm packages' }] },
      },
      logLevel: 'warn',
    })
    const written = new Set(output.map(({ fileName }) => fileName))
    for (const name of readdirSync(folder)) if (!written.has(name)) rmSync(`${folder}/${name}`)
  }
  // What was compiled meanwhile is not in it.
  utimesSync(path('packages/cli/dist/bundle/main.js'), started, started)
}
