/** Every list of the page, with more in it than the server gives at once. */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/src/testing/test-server.ts'
import { type Browser, buildConsole, missingBrowser, openBrowser, signIn } from './browser.test-data.ts'
import { manyEntities, manyFolders, manyLogins, manySessions, manyTables } from './many.test-data.ts'

describe.skipIf(missingBrowser !== undefined)('a long list', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let transferServer = ''

  beforeAll(async () => {
    buildConsole()
    server = await startTestServer()
    await manyEntities(server)
    await manyTables(server)
    await manyFolders(server)
    transferServer = await manyLogins(server)
    await manySessions(server)
    browser = await openBrowser()
    page = await browser.page()
    await signIn(page, server.url, server.administrator)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await server?.remove()
  })

  const go = (hash: string) =>
    page.evaluate((to) => {
      location.hash = to
    }, hash)

  // Hash, what the button names, how many there are on the first page, what is behind it.
  it.each([
    ['#/iam/users', 'users', 100, 'user-100'],
    ['#/iam/groups', 'groups', 100, 'group-100'],
    ['#/iam/roles', 'roles', 100, 'sftp'],
    ['#/iam/policies', 'policies', 100, 'shared'],
    ['#/iam/groups/everybody', 'users', 100, 'user-100'],
    ['#/iam/roles/role-000', 'inline policies', 20, 'inline-020'],
    ['#/iam/policies/arn:aws:iam::123456789012:policy%2Fshared', 'bearers', 100, 'user-100'],
    ['#/catalog', 'databases', 100, 'database-100'],
    ['#/catalog/database-000', 'tables', 100, 'table-100'],
    ['#/sessions', 'sessions', 25, 'ended-025'],
    ['#/sessions/busy', 'statements', 100, 'line 101'],
    ['#/transfer', 'servers', 25, undefined],
    ['#/transfer/SERVER', 'users', 100, 'login-100'],
  ] as const)('%s: more %s by keyboard', async (hash, what, first, last) => {
    await go(hash.replace('SERVER', transferServer))
    const more = page.getByRole('button', { name: `More ${what}`, exact: true })
    await more.waitFor()
    await page.getByText(`${first} ${what} so far`).waitFor()
    const found = page.locator('main').getByText(last ?? '', { exact: last !== 'line 101' })
    if (last !== undefined) expect(await found.count()).toBe(0)
    await more.focus()
    await page.keyboard.press('Enter')
    const all = page.getByText(new RegExp(`^All \\d+ ${what}$`))
    await all.waitFor()
    expect(Number(/\d+/.exec((await all.textContent()) ?? '')?.[0])).toBeGreaterThan(first)
    if (last !== undefined) await found.first().waitFor()
    // Who pressed the button, which is gone, is not thrown back to the top of the page.
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('more')
  })

  it('of statements leaves room for one that is run meanwhile', async () => {
    await go('#/iam')
    await page.getByRole('heading', { name: 'IAM' }).waitFor()
    await go('#/sessions/busy')
    await page.getByText('100 statements so far').waitFor()
    await page.getByLabel('Statement to run').fill("print('the newest')")
    await page.getByRole('button', { name: 'Run' }).click()
    const output = page.locator('pre.output').filter({ hasText: /^the newest/ })
    await output.waitFor()
    await page.getByRole('button', { name: 'More statements' }).click()
    await page.getByText('All 102 statements').waitFor()
    expect(await output.count()).toBe(1)
  })

  it('of calls goes on to older ones', async () => {
    await go('#/decisions?action=iam:CreateUser')
    const calls = page.locator('.call')
    await calls.nth(49).waitFor()
    expect(await calls.count()).toBe(50)
    await page.getByRole('button', { name: 'Older calls' }).click()
    await calls.nth(99).waitFor()
    await page.getByRole('button', { name: 'Older calls' }).click()
    await calls.nth(100).waitFor()
    expect(await page.locator('.call').last().textContent()).toContain('iam:CreateUser')
  })

  it('of principals and resources on the access map is turned over', async () => {
    await go('#/access')
    const map = page.getByRole('region', { name: 'Map' })
    await map.getByRole('button', { name: 'user administrator on database-000: read, write, delete' }).waitFor()
    expect(await map.getByRole('columnheader').count()).toBe(13)
    expect(await map.getByRole('rowheader').count()).toBe(40)
    await page.getByRole('button', { name: 'Next principals' }).click()
    await map.getByRole('columnheader', { name: 'user user-011' }).waitFor()
    await page.getByRole('button', { name: 'Next resources' }).click()
    await map.getByRole('rowheader', { name: 'database-000.table-039' }).waitFor()
  })

  it('of folders opens on the access map, level by level, page by page', async () => {
    await go('#/iam')
    await page.getByRole('heading', { name: 'IAM' }).waitFor()
    await go('#/access')
    const map = page.getByRole('region', { name: 'Map' })
    await map.waitFor()
    await page.getByRole('textbox', { name: 'Resource' }).fill('lake/')
    await page.keyboard.press('Enter')
    const opener = (path: string) => map.getByRole('button', { name: `Folders in ${path}`, exact: true })
    await opener('lake/wide/').focus()
    await page.keyboard.press('Enter')
    await opener('lake/wide/deep/').waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Folders in lake/wide/')
    await map.getByRole('button', { name: 'user administrator on lake/wide/deep/: read, write, delete' }).waitFor()
    // The folder lies behind a page of objects.
    await opener('lake/flat/').click()
    await opener('lake/flat/zoo/').waitFor()
    await opener('lake/flat/').click()
    await opener('lake/flat/zoo/').waitFor({ state: 'detached' })
    await opener('lake/wide/deep/').click()
    await page.getByText(/of 1004 resources/).waitFor()
    const next = page.getByRole('button', { name: 'Next resources' })
    while (await next.isEnabled()) await next.click()
    await map.getByRole('button', { name: 'More folders of lake/wide/deep/' }).click()
    await page.getByText(/of 1006 resources/).waitFor()
    await opener('lake/wide/deep/deeper/').waitFor()
  })

  it("of folders goes on in the tree of a login's home", async () => {
    await go(`#/transfer/${transferServer}/login-000`)
    await page.getByRole('button', { name: 'lake/wide/', exact: true }).click()
    await page.getByRole('button', { name: 'lake/wide/deep/', exact: true }).click()
    await page.getByText('1000 folders of lake/wide/deep/ so far').waitFor()
    await page.getByRole('button', { name: 'More folders of lake/wide/deep/' }).click()
    await page.getByRole('button', { name: 'lake/wide/deep/deeper/', exact: true }).waitFor()
    await page.getByText('All 1002 folders of lake/wide/deep/').waitFor()
  })

  it('has written nothing to the console', () => {
    // The browser tells of every refused request: a catalog and a bucket without a policy.
    expect(browser.messages.filter((text) => !text.includes('responded with a status of 4'))).toEqual([])
    expect(server.log).toEqual([])
  })
})
