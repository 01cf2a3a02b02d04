/** Roles, examples and sessions: what a person does in the page, on a real server. */

import { CreateSessionCommand, GetSessionCommand } from '@aws-sdk/client-glue'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
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
  })

  it('is told whose a session is, by the id that its tag holds', async () => {
    const iam = server.iam(server.administrator)
    const { User: user } = await iam.send(new CreateUserCommand({ UserName: 'ana' }))
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: 'auditor' }))
    const glue = glueClient(server, server.administrator)
    const make = (Id: string, owner: string | undefined) =>
      glue.send(
        new CreateSessionCommand({
          Id,
          Role: `arn:aws:iam::${account}:role/runner`,
          Command: { Name: 'glueetl', PythonVersion: '3' },
          ...(owner === undefined ? {} : { Tags: { owner } }),
        }),
      )
    await make('of-ana', user?.UserId)
    await make('of-a-role', `${role?.RoleId}:night`)
    await make('of-me', (await server.sts(server.administrator).send(new GetCallerIdentityCommand({}))).UserId)
    await make('of-a-name', 'finance')
    await make('of-the-gone', 'AIDAGONEGONEGONEGONE1')
    await page.getByRole('link', { name: 'All sessions' }).click()
    for (const [id, owner] of [
      ['of-ana', 'user ana'],
      ['of-a-role', 'role auditor, session night'],
      ['of-me', 'user administrator (you)'],
      ['of-a-name', 'finance'],
      ['of-the-gone', 'somebody who is no longer there'],
      ['notebook', "nobody's: it has no tag owner"],
    ] as const) {
      await page.locator('.row').filter({ hasText: id }).filter({ hasText: owner }).waitFor()
    }
    await page.getByRole('link', { name: 'of-ana' }).click()
    await page
      .locator('.facts')
      .filter({ hasText: `user ana ${user?.UserId}` })
      .waitFor()
    await page.getByRole('link', { name: 'the call that made it' }).click()
    await page.locator('.call').filter({ hasText: 'user/administrator' }).waitFor()
    expect(await page.locator('.call').allTextContents()).toEqual([expect.stringContaining('session/of-ana')])
  })

  it('who may not list users is told the id, and that it is theirs', async () => {
    const iam = server.iam(server.administrator)
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
    const reading = policy({ Effect: 'Allow', Action: 'glue:*', Resource: '*' })
    await iam.send(new PutUserPolicyCommand({ UserName: 'ana', PolicyName: 'reading', PolicyDocument: reading }))
    const ana = await browser.page()
    const keys = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
    await signIn(ana, server.url, keys, '#/sessions')
    await ana.locator('.row').filter({ hasText: 'of-ana' }).filter({ hasText: 'user ana (you)' }).waitFor()
    await ana.locator('.row').filter({ hasText: 'of-me' }).filter({ hasText: 'you may not look up' }).waitFor()
    await ana.close()
    expect(browser.messages.filter((text) => !text.includes('responded with a status of 4'))).toEqual([])
  })
})
