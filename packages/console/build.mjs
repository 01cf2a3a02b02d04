// Builds the console's files into dist/site, unless they are newer than everything that they are made of.
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))

function newest(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Math.max(
    ...entries.filter((entry) => entry.isFile()).map((entry) => timeOf(`${entry.parentPath}/${entry.name}`)),
  )
}

function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

const sources = ['index.html', 'vite.config.mjs', 'build.mjs', 'package.json'].map((name) => timeOf(path(name)))
const changed = Math.max(...sources, newest(path('src')), newest(path('public')), newest(path('../engine/src')))

if (timeOf(path('dist/site/index.html')) < changed) {
  const { build } = await import('vite')
  await build({ root: path('.'), configFile: path('vite.config.mjs'), logLevel: 'warn' })
}
