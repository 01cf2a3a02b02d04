/** Every view, in both themes and on a narrow screen, against a server with real data: works, keeps the axe rules. */

import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/src/testing/test-server.ts'
import { axeFaults } from './axe.test-data.ts'
import { type Browser, buildConsole, missingBrowser, openBrowser, signIn } from './browser.test-data.ts'
import { seedAccount } from './seed-account.test-data.ts'

/** Where pictures of the views go, if anywhere. */
const pictures = process.env.SCOPEDOWN_SCREENSHOTS

type Visit = readonly [name: string, go: (page: Page) => Promise<void>]

const open = async (page: Page, view: string) => {
  await page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: view }).waitFor()
}

const visits: readonly Visit[] = [
  [
    'nothing',
    async (page) => {
      await page.evaluate(() => {
        location.hash = '#/nothing'
      })
      await page.getByRole('heading', { name: 'Not found' }).waitFor()
    },
  ],
  [
    'decisions',
    async (page) => {
      await open(page, 'Decisions')
      await page.getByLabel('Outcome').selectOption('denied')
      await page.getByRole('listitem').filter({ hasText: 'denied' }).first().waitFor()
      await page.locator('.call summary').first().click()
    },
  ],
  [
    'denial',
    async (page) => {
      await open(page, 'Decisions')
      await page.getByLabel('Outcome').selectOption('denied')
      const row = page.getByRole('listitem').filter({ hasText: 'ben' }).filter({ hasText: 'Why?' }).first()
      await row.getByRole('link', { name: 'Why?' }).click()
      await page.getByRole('heading', { name: 'Why this call was denied' }).waitFor()
      const side = page.getByRole('list', { name: 'Layers, side by side' }).getByRole('listitem')
      expect(await side.allTextContents()).toEqual([
        'Identity✓ allows',
        'Boundary⊘ denies',
        'Session– none came with the session',
        'Resource– the resource has none',
        'SCP– none: this server has no organizations',
        'Together⊘ denied explicitly',
      ])
      const advice = await page.getByRole('region', { name: 'What would have to change' }).textContent()
      expect(advice).toContain('(permissions boundary) no longer applies if:')
      expect(advice).toContain('aws:SourceIp is in "203.0.113.0/24"; the request has "127.0.0.1"')
    },
  ],
  [
    'access',
    async (page) => {
      await open(page, 'Access map')
      await page.getByRole('button', { name: 'user ana on sales.orders: read' }).click()
      await page.getByRole('region', { name: 'Explanation' }).waitFor()
      await page.getByRole('button', { name: 'Close the explanation' }).press('Enter')
      // Whoever was led to it is led back.
      await page.getByRole('button', { name: 'user ana on sales.orders: read' }).and(page.locator(':focus')).waitFor()
      expect(await page.getByRole('button', { name: 'user ana on hr.salaries: none' }).count()).toBe(1)
      expect(await page.getByRole('button', { name: 'role etl on hr.salaries: read, write, delete' }).count()).toBe(1)
      expect(await page.getByRole('button', { name: 'user ana on company-reports/ana/: read, write' }).count()).toBe(1)
      expect(await page.getByRole('button', { name: 'user ben on company-reports/ben/: none' }).count()).toBe(1)
    },
  ],
  [
    'playground',
    async (page) => {
      await open(page, 'Playground')
      await page.getByRole('button', { name: 'A principal of this account…' }).click()
      await page.getByLabel('Principal of this account').selectOption({ label: 'user ben' })
      await page.getByRole('region', { name: 'Reasoning' }).waitFor()
      await page.getByRole('combobox', { name: /^New/ }).selectOption({ label: 'service control policy' })
      await page.getByRole('button', { name: 'Add policy' }).click()
      const scp = page.getByRole('list', { name: 'Layers, side by side' }).getByRole('button', { name: 'SCP' })
      await scp.press('Enter')
      const opened = await page.evaluate(() => document.activeElement?.textContent)
      expect(opened).toContain('service control policies, level 1')
      const advice = await page.getByRole('region', { name: 'What would have to change' }).textContent()
      expect(advice).toContain('no longer applies if:aws:SourceIp is in the request and is in "203.0.113.0/24"')
      expect(advice).toContain('Identity-based policies must allow s3:GetObject on arn:aws:s3:::reports/ana/june.csv.')
    },
  ],
  [
    'catalog',
    async (page) => {
      await open(page, 'Catalog')
      await page.getByRole('link', { name: 'sales' }).click()
      await page.getByText('orders').waitFor()
      await page.getByText('you: read, write, delete').nth(1).waitFor()
    },
  ],
  [
    'sessions',
    async (page) => {
      await open(page, 'Sessions')
      await page.getByText('There is no interactive session that you may see.').waitFor()
    },
  ],
  [
    'transfer',
    async (page) => {
      await open(page, 'Transfer')
      await page.getByRole('link', { name: /^s-/ }).click()
      await page.getByRole('link', { name: 'sftp-ana' }).click()
      await page.getByRole('button', { name: 'read, write in company-reports/ana/: explain' }).click()
      await page.getByRole('region', { name: 'Explanation' }).waitFor()
      expect(await page.getByRole('button', { name: 'none in company-reports/ben/: explain' }).count()).toBe(1)
    },
  ],
  [
    'iam',
    async (page) => {
      await open(page, 'IAM')
      await page.getByRole('link', { name: 'ben', exact: true }).click()
      await page.getByText('OwnFolder').waitFor()
    },
  ],
  [
    'policy',
    async (page) => {
      await open(page, 'IAM')
      await page.getByRole('link', { name: 'Policies' }).click()
      await page.getByRole('link', { name: 'office' }).click()
      await page.getByLabel('Compared with').selectOption({ index: 2 })
      await page.locator('.diff-added').first().waitFor()
      expect((await page.locator('.diff-added').allTextContents()).join('')).toContain('OfficeOnly')
    },
  ],
]

const looks = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 360 },
] as const

describe.skipIf(missingBrowser !== undefined)('every view', () => {
  let server: TestServer

  beforeAll(async () => {
    buildConsole()
    server = await startTestServer()
    await seedAccount(server)
  })
  afterAll(async () => {
    await server?.remove()
  })

  describe.each(looks)('$colorScheme, $width wide', (look) => {
    let browser: Browser
    let page: Page
    beforeAll(async () => {
      browser = await openBrowser(look)
      page = await browser.page()
      await page.goto(`${server.url}/_scopedown/`)
      await page.getByLabel('Access key ID').waitFor()
      expect(await axeFaults(page)).toEqual([])
      await signIn(page, server.url, server.administrator)
    })
    afterAll(async () => {
      await browser?.close()
    })

    it.each(visits)('%s', async (name, go) => {
      await go(page)
      if (pictures !== undefined) {
        mkdirSync(pictures, { recursive: true })
        await page.screenshot({ path: `${pictures}/${name}-${look.colorScheme}-${look.width}.png`, fullPage: true })
        await page.evaluate(() => scrollTo(0, 0))
        if (look === looks[0]) await page.screenshot({ path: `${pictures}/top-of-${name}.png` })
      }
      expect(await axeFaults(page)).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow, 'wider than the screen').toBeLessThanOrEqual(0)
      // The browser tells of every refused request; what a view makes of it is the view's matter.
      expect(browser.messages.filter((text) => !text.includes('responded with a status of 4'))).toEqual([])
    })
  })
})
