/**
 * The console's built files under `/_scopedown/`, read once at the start. Whoever asks gets them: they hold no data, all of
 * it comes from signed calls. Content Security Policy Level 3; Trusted Types.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WireResponse } from '@scopedown/wire'

/** Beside this package, in the repository as among installed packages; the same from `src` and from `dist`. */
export const consoleFolder = fileURLToPath(new URL('../../../console/dist/site/', import.meta.url))

/** The page may talk to this server alone, runs its own files alone, and no text can become markup. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const guard = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

const notBuilt = [
  'The console is not built.',
  '',
  'Run `npm run build` in the repository, then start the server again.',
  '',
].join('\n')

export class ConsoleFiles {
  readonly #files: ReadonlyMap<string, WireResponse>

  constructor(folder: string = consoleFolder) {
    this.#files = new Map(namesIn(folder).map((name) => [name, response(name, readFileSync(join(folder, name)))]))
  }

  /** The page itself. */
  page(): WireResponse {
    return (
      this.#files.get('index.html') ?? {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
        body: notBuilt,
      }
    )
  }

  /** `assets/index-4f3a.js`; undefined: there is no such file. */
  file(name: string): WireResponse | undefined {
    return this.#files.get(name)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && extname(entry.name) in types)
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Names under `assets/` carry a digest of their content: what is under them never changes. */
function response(name: string, body: Buffer): WireResponse {
  return {
    status: 200,
    headers: {
      ...guard,
      'content-type': types[extname(name)] ?? '',
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
    body,
  }
}
