import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateAccessKeyCommand, CreateUserCommand, GetUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { DecodeAuthorizationMessageCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { databases } from './testing/databases.ts'
import { startTestServer } from './testing/test-server.ts'

const policy = (effect: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: effect, Action: 'iam:GetUser', Resource: '*' }] })

for (const { name, missing, create } of databases) {
  describe.skipIf(missing !== undefined)(`two servers over one ${name}`, () => {
    it('see each other’s policies within a second, the writer at once', async () => {
      const database = await create()
      const data = mkdtempSync(join(tmpdir(), 'scopedown-two-'))
      const options = name === 'postgres' ? { data, databaseUrl: database.location } : { data }
      const one = await startTestServer(options)
      const two = await startTestServer(options)
      try {
        const admin = one.administrator
        const put = (effect: string) =>
          one
            .iam(admin)
            .send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'p', PolicyDocument: policy(effect) }))
        await one.iam(admin).send(new CreateUserCommand({ UserName: 'alice' }))
        const { AccessKey } = await one.iam(admin).send(new CreateAccessKeyCommand({ UserName: 'alice' }))
        const alice = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
        const ask = (server: typeof one) =>
          server
            .iam(alice)
            .send(new GetUserCommand({}))
            .then(
              () => 'allowed',
              (error: Error) => error.message,
            )
        expect(await ask(two)).toContain('no identity-based policy allows')
        for (const [effect, wanted] of [
          ['Allow', 'allowed'],
          ['Deny', 'explicit deny'],
          ['Allow', 'allowed'],
        ] as const) {
          await put(effect)
          expect(await ask(one)).toContain(wanted)
          const written = Date.now()
          let seen = await ask(two)
          while (!seen.includes(wanted) && Date.now() - written < 20_000) seen = await ask(two)
          expect(seen).toContain(wanted)
          process.stdout.write(`seen by the other server ${Date.now() - written} ms after the write\n`)
        }
        await put('Deny')
        const id = /authorization id: ([0-9a-z]+)$/.exec(await ask(one))?.[1] ?? ''
        await one.sts(admin).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: id }))
        const { DecodedMessage } = await two
          .sts(admin)
          .send(new DecodeAuthorizationMessageCommand({ EncodedMessage: id }))
        expect(JSON.parse(DecodedMessage ?? '')).toMatchObject({ explicitDeny: true })
      } finally {
        await one.close()
        await two.close()
        rmSync(data, { recursive: true, force: true })
        await database.remove()
      }
    })
  })
}
