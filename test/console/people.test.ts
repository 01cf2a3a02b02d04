/** Roles, examples and sessions: what a person does in the page, on a real server. */

import { CreateSessionCommand, GetSessionCommand } from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/src/testing/test-server.ts'
import { type Browser, buildConsole, missingBrowser, openBrowser, signIn } from './browser.test-data.ts'
import { account, glueClient } from './seed-account.test-data.ts'

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

describe.skipIf(missingBrowser !== undefined)('a person in the console', () => {
  let server: TestServer
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    buildConsole()
    server = await startTestServer()
    browser = await openBrowser()
    page = await browser.page()
    const iam = server.iam(server.administrator)
    for (const name of ['auditor', 'runner']) {
      const Principal = name === 'auditor' ? { AWS: account } : { Service: 'glue.amazonaws.com' }
      const trust = policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
      await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }))
    }
    const reading = policy({ Effect: 'Allow', Action: 'scopedown:ListCalls', Resource: '*' })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'auditor', PolicyName: 'reading', PolicyDocument: reading }))
  })
  afterAll(async () => {
    await browser?.close()
    await server?.remove()
  })

  it('takes up a role at sign-in, and sees what the role may see', async () => {
    await page.goto(`${server.url}/_scopedown/`)
    await page.getByLabel('Access key ID').fill(server.administrator.accessKeyId)
    await page.getByLabel('Secret access key').fill(server.administrator.secretAccessKey)
    await page.getByText('Take up a role').click()
    await page.getByLabel('Role ARN').fill(`arn:aws:iam::${account}:role/auditor`)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText(`arn:aws:sts::${account}:assumed-role/auditor/console`).first().waitFor()
    await page.getByRole('listitem').filter({ hasText: 'sts:AssumeRole' }).first().waitFor()
    await page.getByRole('link', { name: 'Access map' }).click()
    const fault = page.getByRole('alert').first()
    await fault.waitFor()
    expect(await fault.textContent()).toContain('is not authorized to perform: iam:GetAccountAuthorizationDetails')
    await page.getByRole('button', { name: 'Sign out' }).click()
  })

  it('opens an example, breaks it, and sees what is wrong and where', async () => {
    await signIn(page, server.url, server.administrator, '#/playground')
    await page.getByRole('button', { name: 'Examples…' }).click()
    const examples = page.getByLabel('Example')
    await examples.locator('option').nth(100).waitFor({ state: 'attached' })
    expect(await examples.locator('option').count()).toBe(101)
    await examples.selectOption({
      label: 'aws:username means nothing in a role session, so the session policy matches nothing',
    })
    const verdict = page.locator('.verdict')
    await verdict.filter({ hasText: 'denied' }).waitFor()
    const editor = page.getByRole('textbox', { name: /^Text of/ }).first()
    await editor.fill('{\n  "Version": "2012-10-17",\n  "Statement": [{ "Effect": "Maybe" }]\n}')
    await verdict.filter({ hasText: 'cannot be used yet' }).waitFor()
    await page.getByRole('button', { name: 'line 3, column 29' }).click()
    const selected = await editor.evaluate((field: HTMLTextAreaElement) =>
      field.value.slice(field.selectionStart, field.selectionEnd),
    )
    expect(selected).toBe('"Maybe"')
  })

  it('runs a statement in a session and reads its output', async () => {
    const glue = glueClient(server, server.administrator)
    await glue.send(
      new CreateSessionCommand({
        Id: 'notebook',
        Role: `arn:aws:iam::${account}:role/runner`,
        Command: { Name: 'glueetl', PythonVersion: '3' },
      }),
    )
    await expect
      .poll(async () => (await glue.send(new GetSessionCommand({ Id: 'notebook' }))).Session?.Status, {
        timeout: 50_000,
      })
      .toBe('READY')
    await page.getByRole('link', { name: 'Sessions' }).click()
    await page.getByRole('link', { name: 'notebook' }).click()
    await page.getByLabel('Statement to run').fill('print("<b>", 6 * 7)')
    await page.getByRole('button', { name: 'Run' }).click()
    await page
      .locator('pre')
      .filter({ hasText: /^<b> 42/ })
      .waitFor()
    expect(browser.messages.filter((text) => !text.includes('responded with a status of 4'))).toEqual([])
  })
})
