/** A denial on the wire, found, opened and understood in the page. */

import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientEnvironment, missingClient } from '../../packages/server/src/testing/external-client.ts'
import { runClient } from '../../packages/server/src/testing/run-client.ts'
import { type Keys, startTestServer, type TestServer } from '../../packages/server/src/testing/test-server.ts'
import { type Browser, buildConsole, missingBrowser, openBrowser, signIn } from './browser.test-data.ts'

const policy = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'ReadSales', Effect: 'Allow', Action: 'glue:GetTable', Resource: 'arn:aws:glue:*:*:table/sales/*' },
      {
        Sid: 'Catalog',
        Effect: 'Allow',
        Action: 'glue:GetTable',
        Resource: ['arn:aws:glue:*:*:catalog', 'arn:aws:glue:*:*:database/*'],
      },
    ],
  },
  null,
  2,
)

describe.skipIf(missingBrowser !== undefined)('the decisions', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let ana: Keys

  beforeAll(async () => {
    buildConsole()
    server = await startTestServer()
    const iam = server.iam(server.administrator)
    await iam.send(new CreateUserCommand({ UserName: 'ana' }))
    await iam.send(new PutUserPolicyCommand({ UserName: 'ana', PolicyName: 'sales', PolicyDocument: policy }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
    ana = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
    browser = await openBrowser()
    page = await browser.page()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.remove()
  })

  const deny = () =>
    new GlueClient({ endpoint: server.url, region: 'us-east-1', credentials: ana, maxAttempts: 1 })
      .send(new GetTableCommand({ DatabaseName: 'hr', Name: 'salaries' }))
      .then(() => '', String)

  it('shows a denied call as it happens, and why, in the policy itself', async () => {
    await signIn(page, server.url, server.administrator)
    await page.getByText('Live.').waitFor()
    expect(await deny()).toContain('AccessDenied')
    const row = page.getByRole('listitem').filter({ hasText: '✗ deniedglue:GetTable' }).first()
    await row.waitFor()
    expect(await row.textContent()).toContain('✗ denied')
    await row.getByRole('link', { name: 'Why?' }).click()
    await page.getByRole('heading', { name: 'Why this call was denied' }).waitFor()
    const marked = await page.locator('mark.mark-stopped').allTextContents()
    expect(marked).toContain('"arn:aws:glue:*:*:table/sales/*"')
    const advice = await page.getByRole('region', { name: 'What would have to change' }).textContent()
    expect(advice).toContain('must allow glue:GetTable on arn:aws:glue:us-east-1:123456789012:table/hr/salaries')
    expect(advice).toContain('Resource is "arn:aws:glue:*:*:table/sales/*"')
  })

  it.skipIf(missingClient('aws', '--version') !== undefined)(
    'leads from the error of the aws CLI to its reason',
    async () => {
      const { status, stderr } = await runClient(
        'aws',
        ['glue', 'get-table', '--database-name', 'hr', '--name', 'people'],
        { env: clientEnvironment(server.url, ana) },
      )
      expect(status).not.toBe(0)
      const address = /Go to (\S+) for complete details/.exec(stderr)?.[1] ?? ''
      const reader = await browser.page()
      await reader.goto(address)
      await signIn(reader, server.url, server.administrator, new URL(reader.url()).hash)
      await reader.getByRole('heading', { name: 'Why this call was denied' }).waitFor()
      expect(await reader.textContent('main')).toContain(':table/hr/people')
      expect(await reader.locator('mark.mark-stopped').allTextContents()).toContain('"arn:aws:glue:*:*:table/sales/*"')
      await reader.close()
    },
  )

  it('opens at the address of a denial once the colleague has signed in', async () => {
    const id = /authorization id: ([0-9a-z]+)/.exec(await deny())?.[1] ?? ''
    const colleague = await browser.page()
    await colleague.goto(`${server.url}/_scopedown/authorizations/${id}`)
    expect(colleague.url()).toBe(`${server.url}/_scopedown/#/denials/${id}`)
    await signIn(colleague, server.url, server.administrator, `#/denials/${id}`)
    await colleague.getByRole('heading', { name: 'Why this call was denied' }).waitFor()
    expect(await colleague.textContent('main')).toContain(id)
    await colleague.close()
  })

  it("tells somebody who may not ask so, in the server's words", async () => {
    const stranger = await browser.page()
    await signIn(stranger, server.url, ana)
    const fault = stranger.getByRole('alert')
    await fault.waitFor()
    expect(await fault.textContent()).toContain('is not authorized to perform: scopedown:ListCalls')
    expect(await fault.getByRole('link').getAttribute('href')).toMatch(/^#\/denials\/[0-9a-z]+$/)
    await stranger.close()
  })

  it('asks no other host, and its own pages alone', () => {
    expect(browser.requested.length).toBeGreaterThan(3)
    expect(browser.requested.filter((url) => !url.startsWith(`${server.url}/`))).toEqual([])
    expect(browser.messages.filter((text) => !text.includes('responded with a status of 4'))).toEqual([])
  })
})
