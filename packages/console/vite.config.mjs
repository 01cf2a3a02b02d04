import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Plain files under `/_scopedown/`; nothing inline, so that the page's Content-Security-Policy needs no exception. */
export default defineConfig({
  plugins: [examples()],
  base: '/_scopedown/',
  // The engine's sources, so that one step builds the page whatever else is built.
  resolve: { alias: { '@scopedown/engine': fileURLToPath(new URL('../engine/src/index.ts', import.meta.url)) } },
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})

/** The seeds' cases, beside the page: the playground fetches them when somebody asks for an example. */
function examples() {
  return {
    name: 'examples',
    generateBundle() {
      for (const name of ['seed-glue.json', 'seed-transfer.json']) {
        const text = readFileSync(new URL(`../engine/fixtures/${name}`, import.meta.url), 'utf8')
        this.emitFile({ type: 'asset', fileName: `examples/${name}`, source: JSON.stringify(JSON.parse(text)) })
      }
    },
  }
}
