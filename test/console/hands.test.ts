/** What the page does on somebody's behalf, with what comes of it on the wire: attach and detach, a login tried. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetDatabasesCommand } from '@aws-sdk/client-glue'
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateServerCommand, CreateUserCommand as CreateTransferUser, TransferClient } from '@aws-sdk/client-transfer'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKeyPair } from '../../packages/server/src/services/transfer/ssh-key.ts'
import { type Keys, startTestServer, type TestServer } from '../../packages/server/src/testing/test-server.ts'
import { type Browser, buildConsole, missingBrowser, openBrowser, signIn } from './browser.test-data.ts'
import { account, glueClient, newKey } from './seed-account.test-data.ts'

const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const readers = `arn:aws:iam::${account}:policy/readers`

describe.skipIf(missingBrowser !== undefined)('the hands of the page', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let ana: Keys
  let folder: string
  const right = newKeyPair()

  beforeAll(async () => {
    buildConsole()
    folder = mkdtempSync(join(tmpdir(), 'scopedown-provider-'))
    const module = join(folder, 'provider.mjs')
    const known = {
      Role: `arn:aws:iam::${account}:role/sftp`,
      HomeDirectory: '/reports/eve',
      PublicKeys: [right.public],
    }
    // Knows eve by one password and by one key; nobody else.
    writeFileSync(
      module,
      `export const handler = async ({ username, password }) =>
         username === 'eve' && (!password || password === 'right') ? ${JSON.stringify(known)} : {}\n`,
    )
    server = await startTestServer({ sftpProviders: { functions: { people: { module } } } })
    browser = await openBrowser()
    page = await browser.page()
    const iam = server.iam(server.administrator)
    for (const name of ['ana', 'ben']) await iam.send(new CreateUserCommand({ UserName: name }))
    await iam.send(new CreateGroupCommand({ GroupName: 'analysts' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'analysts', UserName: 'ana' }))
    const reading = policyOf({ Effect: 'Allow', Action: 'glue:GetDatabases', Resource: '*' })
    await iam.send(new CreatePolicyCommand({ PolicyName: 'readers', PolicyDocument: reading }))
    ana = await newKey(server, 'ana')
    await signIn(page, server.url, server.administrator)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const go = (hash: string) =>
    page.evaluate((to) => {
      location.hash = to
    }, hash)
  const reads = () =>
    glueClient(server, ana)
      .send(new GetDatabasesCommand({}))
      .then(
        () => 'allowed',
        (error: Error) => error.name,
      )

  it.each([
    ['users', 'ana'],
    ['groups', 'analysts'],
  ])(
    'attach a policy among %s, and the call that was denied is allowed; detach it, and it is denied',
    async (kind, name) => {
      expect(await reads()).toBe('AccessDeniedException')
      await go(`#/iam/${kind}/${name}`)
      await page.getByText('None is attached. Attach one below.').waitFor()
      const field = page.getByLabel('ARN of a policy to attach')
      await field.focus()
      // Offered as one types, for whoever does not know it by heart.
      await page.locator(`datalist option[value="${readers}"]`).waitFor({ state: 'attached' })
      await page.keyboard.type(readers)
      await page.getByRole('button', { name: 'Attach', exact: true }).press('Enter')
      await page.getByRole('status').filter({ hasText: 'is attached' }).waitFor()
      await page.getByRole('button', { name: 'Detach readers' }).waitFor()
      expect(await field.inputValue()).toBe('')
      expect(await reads()).toBe('allowed')
      await go(`#/iam/policies/${encodeURIComponent(readers)}`)
      await page.getByRole('link', { name: `${kind.slice(0, -1)} ${name}` }).click()
      await page.getByRole('button', { name: 'Detach readers' }).press('Enter')
      await page.getByRole('status').filter({ hasText: 'readers is detached.' }).waitFor()
      await page.getByText('None is attached. Attach one below.').waitFor()
      expect(await reads()).toBe('AccessDeniedException')
    },
  )

  it("tell what is wrong with an attachment in the server's words", async () => {
    await go('#/iam/users/ana')
    const field = page.getByLabel('ARN of a policy to attach')
    await field.fill(`${readers}-of-nothing`)
    await page.getByRole('button', { name: 'Attach', exact: true }).click()
    const fault = page.getByRole('alert').filter({ hasText: 'NoSuchEntity' })
    await fault.waitFor()
    expect(await fault.textContent()).toContain('readers-of-nothing')
    expect(await field.inputValue()).toBe(`${readers}-of-nothing`)
  })

  it('lead from a refused attachment to its explanation', async () => {
    const iam = server.iam(server.administrator)
    const looking = policyOf({ Effect: 'Allow', Action: ['iam:Get*', 'iam:List*', 'scopedown:*'], Resource: '*' })
    await iam.send(new PutUserPolicyCommand({ UserName: 'ben', PolicyName: 'looking', PolicyDocument: looking }))
    const other = await browser.page()
    await signIn(other, server.url, await newKey(server, 'ben'), '#/iam/users/ana')
    await other.getByLabel('ARN of a policy to attach').fill(readers)
    await other.getByRole('button', { name: 'Attach', exact: true }).click()
    const fault = other.getByRole('alert')
    await fault.filter({ hasText: 'iam:AttachUserPolicy' }).waitFor()
    await fault.getByRole('link', { name: 'Why? Open its explanation' }).click()
    await other.getByRole('heading', { name: 'Why this call was denied' }).waitFor()
    expect(await other.textContent('main')).toContain('must allow iam:AttachUserPolicy on arn:aws:iam::')
    await other.close()
  })

  describe('try a login', () => {
    let own: string
    let provided: string

    beforeAll(async () => {
      const trust = policyOf({
        Effect: 'Allow',
        Principal: { Service: 'transfer.amazonaws.com' },
        Action: 'sts:AssumeRole',
      })
      const iam = server.iam(server.administrator)
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'sftp', AssumeRolePolicyDocument: trust }))
      const transfer = new TransferClient({
        endpoint: server.url,
        region: 'us-east-1',
        credentials: { ...server.administrator },
        maxAttempts: 1,
      })
      own = (await transfer.send(new CreateServerCommand({}))).ServerId ?? ''
      await transfer.send(
        new CreateTransferUser({
          ServerId: own,
          UserName: 'eve',
          Role: Role?.Arn,
          HomeDirectory: '/reports/eve',
          SshPublicKeyBody: right.public,
        }),
      )
      const functionArn = `arn:aws:lambda:us-east-1:${account}:function:people`
      const { ServerId } = await transfer.send(
        new CreateServerCommand({
          IdentityProviderType: 'AWS_LAMBDA',
          IdentityProviderDetails: { Function: functionArn },
        }),
      )
      provided = ServerId ?? ''
    })

    const attempt = async (user: string, { password = '', key = '' }) => {
      const form = page.getByRole('region', { name: 'Test login' })
      await form.getByLabel('User name').fill(user)
      if (password !== '') await form.getByLabel('Password').fill(password)
      await form.getByLabel('Public key').fill(key)
      await form.getByRole('button', { name: 'Test' }).click()
    }
    const answer = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

    it('with a password, right and wrong, asking the provider', async () => {
      await go(`#/transfer/${provided}`)
      await attempt('eve', { password: 'right' })
      await answer('would be let in eve: the provider lets this user in with the password.')
      const form = page.getByRole('region', { name: 'Test login' })
      expect(await form.textContent()).toContain('/reports/eve')
      // Once it was sent, nobody reads it over a shoulder.
      expect(await form.getByLabel('Password').inputValue()).toBe('')
      await attempt('eve', { password: 'wrong' })
      await answer('would be refused eve: the provider does not let this user in.')
      await attempt('mallory', { password: 'right' })
      await answer('would be refused mallory: the provider does not let this user in.')
    })

    it('with a key, right and wrong, among those that the provider answers', async () => {
      await attempt('eve', { key: `${right.public} eve@laptop` })
      await answer('would be let in eve: the key is one of those that the provider answers.')
      await attempt('eve', { key: newKeyPair().public })
      await answer('would be refused eve: the provider answers no such key.')
    })

    it("with a key, right and wrong, of the server's own users", async () => {
      await go(`#/transfer/${own}`)
      await page.getByText('Compares a public key').waitFor()
      await attempt('eve', { key: `${right.public} eve@laptop` })
      await answer('would be let in eve: the key is its key-')
      await attempt('eve', { key: newKeyPair().public })
      await answer('would be refused eve: the key is none of its 1.')
      await attempt('mallory', { key: right.public })
      await page.getByRole('alert').filter({ hasText: 'ResourceNotFoundException' }).waitFor()
    })
  })

  it('leave nothing of a password behind', () => {
    expect(server.log).toEqual([])
    expect(browser.messages.filter((text) => !text.includes('responded with a status of 4'))).toEqual([])
  })
})
