/** What must hold whatever the page is given: no text becomes markup, no key leaves memory, no other host is asked. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue'
import { CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/src/testing/test-server.ts'
import { root } from '../source-files.test-data.ts'
import { type Browser, buildConsole, missingBrowser, openBrowser, signIn } from './browser.test-data.ts'
import { glueClient, newKey } from './seed-account.test-data.ts'

const plain = '"><img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>'
/** Turns the text after it around, where nothing isolates it. */
const hostile = `${plain}\u202e`
const site = join(root, 'packages/console/dist/site')

describe('the built page', () => {
  beforeAll(buildConsole)

  it('is less than 500 KB, gzipped', () => {
    const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(js|css|html|svg)$/.test(name),
    )
    const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(site, name))).length, 0)
    process.stdout.write(`the console's files, gzipped: ${(size / 1024).toFixed(1)} KB\n`)
    expect(files.length).toBeGreaterThan(2)
    expect(size).toBeLessThan(500 * 1024)
  })

  it('is served with a policy that lets nothing in, and under names that never change their content', async () => {
    const server = await startTestServer()
    try {
      const page = await fetch(`${server.url}/_scopedown/`)
      const policy = page.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect(page.headers.get('cache-control')).toBe('no-cache')
      const script = /src="([^"]+)"/.exec(await page.text())?.[1] ?? ''
      const asset = await fetch(server.url + script)
      expect(asset.headers.get('cache-control')).toContain('immutable')
      expect(asset.headers.get('content-type')).toContain('text/javascript')
      expect((await fetch(`${server.url}/_scopedown/assets/../../../package.json`)).status).not.toBe(200)
      expect((await fetch(`${server.url}/_scopedown/..%2f..%2fpackage.json`)).status).toBe(404)
    } finally {
      await server.remove()
    }
  })
})

describe.skipIf(missingBrowser !== undefined)('the page', () => {
  let server: TestServer
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    server = await startTestServer()
    browser = await openBrowser()
    page = await browser.page()
    const iam = server.iam(server.administrator)
    await iam.send(new CreateUserCommand({ UserName: 'mallory' }))
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'mallory',
        PolicyName: 'odd',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::hostile/${plain}`,
            Condition: { StringEquals: { 'aws:UserAgent': plain } },
          },
        }),
      }),
    )
    const glue = glueClient(server, server.administrator)
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: plain.toLowerCase() } }))
    await glue.send(
      new CreateTableCommand({
        DatabaseName: plain.toLowerCase(),
        TableInput: { Name: 't<b>', StorageDescriptor: { Columns: [{ Name: '<i>c</i>', Type: 'string' }] } },
      }),
    )
    const s3 = server.s3(server.administrator)
    await s3.send(new CreateBucketCommand({ Bucket: 'hostile' }))
    await s3.send(new PutObjectCommand({ Bucket: 'hostile', Key: `${hostile}/x`, Body: '' }))
    await server
      .s3(await newKey(server, 'mallory'))
      .send(new GetObjectCommand({ Bucket: 'hostile', Key: `${hostile}/x` }))
      .catch(() => undefined)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.remove()
  })

  const harmless = async () => {
    const found = await page.evaluate(() => ({
      hacked: 'hacked' in globalThis,
      markup: document.querySelectorAll('#console img, #console script, #console iframe, #console b, #console i')
        .length,
    }))
    expect(found).toEqual({ hacked: false, markup: 0 })
  }

  it('shows its first view, and says how soon', async () => {
    const times: number[] = []
    for (let run = 0; run < 3; run += 1) {
      await page.goto(`${server.url}/_scopedown/`)
      await page.getByLabel('Access key ID').waitFor()
      times.push(
        await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
      )
    }
    process.stdout.write(`first view: ${times.map((time) => Math.round(time)).join(', ')} ms\n`)
    expect(times.filter((time) => time > 0)).toHaveLength(3)
  })

  it('is signed in to, moved in and left by keyboard alone', async () => {
    await page.goto(`${server.url}/_scopedown/`)
    await page.getByLabel('Access key ID').focus()
    await page.keyboard.type(server.administrator.accessKeyId)
    await page.keyboard.press('Tab')
    await page.keyboard.type(server.administrator.secretAccessKey)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Decisions' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await page.getByRole('link', { name: 'Playground' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Playground' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Access key ID').waitFor()
  })

  it('makes no markup of what others named, in any view', async () => {
    await signIn(page, server.url, server.administrator)
    const row = page.getByRole('listitem').filter({ hasText: 'mallory' }).filter({ hasText: 'Why?' }).first()
    await row.waitFor()
    for (const summary of await page.locator('.call summary').all()) await summary.click()
    await harmless()
    await row.getByRole('link', { name: 'Why?' }).click()
    await page.getByRole('heading', { name: 'Why this call was denied' }).waitFor()
    expect(await page.textContent('main')).toContain('onerror')
    await harmless()
    for (const [hash, shown] of [
      ['#/access', 'onerror'],
      ['#/catalog', 'onerror'],
      [`#/catalog/${encodeURIComponent(plain.toLowerCase())}`, 't<b>'],
      ['#/iam/users/mallory', 'onerror'],
      [`#/denials/${encodeURIComponent(hostile)}`, 'Denial'],
      [`#/iam/policies/${encodeURIComponent(hostile)}`, 'onerror'],
      [`#/sessions/${encodeURIComponent(hostile)}`, 'onerror'],
      [`#/transfer/${encodeURIComponent(hostile)}`, 'onerror'],
      [`#/${encodeURIComponent(hostile)}`, 'There is no such view'],
    ] as const) {
      await page.evaluate((to) => {
        location.hash = to
      }, hash)
      await page.locator('main').filter({ hasText: shown }).waitFor()
      await harmless()
    }
  })

  it('makes no markup of what is typed or shared in the playground', async () => {
    await page.evaluate(() => {
      location.hash = '#/playground'
    })
    await page.getByRole('heading', { name: 'Playground' }).waitFor()
    for (const label of ['Principal', 'Action', 'Resource', 'Account of the resource', 'Name']) {
      await page.getByLabel(label, { exact: true }).first().fill(hostile)
      await harmless()
    }
    await page.getByRole('textbox', { name: /^Text of/ }).fill(`{"Version": "${hostile.replaceAll('"', '')}"}`)
    await page.getByText('it must be `2012-10-17`').waitFor()
    await harmless()
    await page.getByLabel('Context', { exact: false }).fill(JSON.stringify({ [hostile]: hostile }))
    await harmless()
    await page.waitForFunction(() => location.hash.length > 100)
    const address = page.url()
    await page.evaluate(() => {
      location.hash = '#/decisions'
    })
    await page.evaluate((to) => location.assign(to), address)
    await page.getByRole('heading', { name: 'Playground' }).waitFor()
    expect(await page.getByLabel('Action', { exact: true }).inputValue()).toContain('onerror')
    await harmless()
  })

  it('makes no markup of a statement, its output and its error, of an owner, or of what a provider answers', async () => {
    const answers: Readonly<Record<string, unknown>> = {
      'AWSGlue.GetSession': { Session: { Id: hostile, Status: hostile, Role: hostile, Command: { Name: hostile } } },
      'AWSGlue.GetTags': { Tags: { [hostile]: hostile, owner: hostile } },
      'AWSGlue.ListStatements': {
        Statements: [
          {
            Id: 1,
            Code: hostile,
            State: 'AVAILABLE',
            Output: { Data: { TextPlain: hostile }, ErrorName: hostile, ErrorValue: hostile, Traceback: [hostile] },
          },
        ],
        NextToken: hostile,
      },
      'AWSGlue.ListSessions': { Sessions: [{ Id: hostile, Status: hostile, Role: hostile }], NextToken: hostile },
      'TransferService.DescribeServer': {
        Server: { ServerId: hostile, State: hostile, IdentityProviderType: hostile },
      },
      'TransferService.ListUsers': { Users: [{ UserName: hostile, Role: hostile }], NextToken: hostile },
      'TransferService.TestIdentityProvider': { Response: hostile, StatusCode: 200, Message: hostile, Url: hostile },
    }
    // A server that tells lies: what a session prints is anybody's text.
    await page.route(`${server.url}/`, async (route) => {
      const answer = answers[route.request().headers()['x-amz-target'] ?? '']
      await (answer === undefined ? route.continue() : route.fulfill({ json: answer }))
    })
    await page.evaluate(() => {
      location.hash = '#/sessions/abc'
    })
    await page.locator('pre').filter({ hasText: 'onerror' }).first().waitFor()
    await page.locator('.owner').filter({ hasText: 'onerror' }).waitFor()
    await page.getByRole('button', { name: 'More statements' }).waitFor()
    await harmless()
    await page.evaluate(() => {
      location.hash = '#/sessions'
    })
    await page.locator('.row .owner').filter({ hasText: 'onerror' }).waitFor()
    await harmless()
    await page.evaluate(() => {
      location.hash = '#/transfer/s-1'
    })
    await page.locator('.row').filter({ hasText: 'onerror' }).waitFor()
    await page.getByLabel('User name').fill(hostile)
    await page.getByLabel('Password').fill(hostile)
    await page.getByLabel('Public key').fill(hostile)
    await page.getByRole('button', { name: 'Test' }).click()
    await page.getByRole('region', { name: 'Test login' }).locator('pre').filter({ hasText: 'onerror' }).waitFor()
    await harmless()
    await page.unroute(`${server.url}/`)
  })

  it('keeps the key in memory alone, unreadable, and forgets it at sign-out', async () => {
    const { accessKeyId, secretAccessKey } = server.administrator
    const places = () =>
      page.evaluate(async () => ({
        stored: localStorage.length + sessionStorage.length,
        databases: (await indexedDB.databases()).length,
        caches: (await caches.keys()).length,
        cookies: document.cookie,
        text: document.documentElement.outerHTML + location.href + JSON.stringify(history.state),
        fields: [...document.querySelectorAll('input')].map(({ value }) => value).join(),
      }))
    const empty = async () => {
      const { text, fields, ...rest } = await places()
      expect(rest).toEqual({ stored: 0, databases: 0, caches: 0, cookies: '' })
      expect(text + fields).not.toContain(secretAccessKey)
      return text
    }
    await empty()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Secret access key').waitFor()
    expect(await empty()).not.toContain(accessKeyId)
    const asked = browser.requested.length
    await page.evaluate(() => {
      location.hash = '#/iam'
    })
    await page.goBack()
    await page.getByLabel('Secret access key').waitFor()
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
    expect(browser.requested.slice(asked).filter((url) => url === `${server.url}/`)).toEqual([])
    expect(browser.requested.join('\n')).not.toContain(secretAccessKey)
    expect(browser.messages.join('\n')).not.toContain(secretAccessKey)
    expect(server.log.join('\n')).not.toContain(secretAccessKey)
    const audit = readdirSync(join(server.data, 'audit')).map((name) =>
      readFileSync(join(server.data, 'audit', name), 'utf8'),
    )
    expect(audit.join('')).toContain('GetCallerIdentity')
    expect(audit.join('')).not.toContain(secretAccessKey)
  })

  it('has asked no other host', () => {
    expect(browser.requested.length).toBeGreaterThan(20)
    expect(browser.requested.filter((url) => !url.startsWith(`${server.url}/`))).toEqual([])
  })
})
