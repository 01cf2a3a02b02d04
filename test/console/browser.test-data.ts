/**
 * Debian's Chromium with a profile of its own, for tests of the console. Where it is absent the tests are skipped and say so;
 * in CI it must be there.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { root } from '../source-files.test-data.ts'

const executable = '/usr/bin/chromium'

/** Why no browser test can run; undefined where they can. */
export const missingBrowser: string | undefined = reason()

function reason(): string | undefined {
  if (existsSync(executable)) return undefined
  const text = `${executable} is not there (apt-get install chromium)`
  if (process.env.CI === 'true') throw new Error(text)
  process.stderr.write(`skipping the console's tests in a browser: ${text}\n`)
  return text
}

export interface Browser {
  readonly context: BrowserContext
  /** What the page wrote to its console; a page that works writes nothing. */
  readonly messages: string[]
  /** Every address that was asked for. */
  readonly requested: string[]
  page(): Promise<Page>
  close(): Promise<void>
}

export interface BrowserOptions {
  readonly colorScheme?: 'light' | 'dark'
  readonly width?: number
}

export async function openBrowser({ colorScheme = 'light', width = 1280 }: BrowserOptions = {}): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'scopedown-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    colorScheme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const messages: string[] = []
  const requested: string[] = []
  context.on('console', (message) => messages.push(message.text()))
  context.on('weberror', (error) => messages.push(String(error.error())))
  context.on('request', (request) => requested.push(request.url()))
  return {
    context,
    messages,
    requested,
    page: () => context.newPage(),
    close: async () => {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** Brings the built files up to date, so that a test sees the sources as they are. */
export function buildConsole(): void {
  execFileSync(process.execPath, [join(root, 'packages/console/build.mjs')])
}

export async function signIn(
  page: Page,
  url: string,
  keys: { accessKeyId: string; secretAccessKey: string },
  hash = '',
) {
  await page.goto(`${url}/_scopedown/${hash}`)
  await page.getByLabel('Access key ID').fill(keys.accessKeyId)
  await page.getByLabel('Secret access key').fill(keys.secretAccessKey)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}
