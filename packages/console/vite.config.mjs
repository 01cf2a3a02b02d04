import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Plain files under `/_scopedown/`; nothing inline, so that the page's Content-Security-Policy needs no exception. */
export default defineConfig({
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
