import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { TestIdentityProviderCommand } from '@aws-sdk/client-transfer'
import SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newKeyPair } from '../services/transfer/ssh-key.ts'
import { account, bucket, type SftpTestServer, startSftpServer, tightTemplate } from './sftp-server.test-data.ts'

/** What the providers answer, and what they were asked. */
let answer: unknown = {}
let asked: Record<string, unknown>[] = []
let http: Server
let server: SftpTestServer
let url = ''
let command = ''
const secrets = new Map<string, string>()
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:${account}:function:${name}`

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

beforeAll(async () => {
  http = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { headers, url: path = '' } = request
      if (headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
        const secret = secrets.get(String((JSON.parse(body) as { SecretId: string }).SecretId))
        response.writeHead(secret === undefined ? 400 : 200)
        response.end(
          JSON.stringify(secret === undefined ? { __type: 'ResourceNotFoundException' } : { SecretString: secret }),
        )
        return
      }
      asked.push({
        path,
        method: request.method,
        headers,
        ...(body === '' ? {} : { event: JSON.parse(body) as unknown }),
      })
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const module = join(process.cwd(), 'node_modules', '.scopedown-handler.mjs')
  writeFileSync(module, 'export const handler = async (event) => globalThis.scopedownAnswer(event)\n')
  command = join(process.cwd(), 'node_modules', `.scopedown-command-${process.pid}`)
  server = await startSftpServer({
    sftpProviders: {
      lambdaEndpoint: url,
      functions: {
        embedded: { module },
        program: { command },
        users: { secretsManager: url },
        own: 'secrets-manager',
      },
    },
  })
  await server.put('alice/secret.txt', 'alice')
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
  http.close()
  for (const file of [command, `${command}.event`]) rmSync(file, { force: true })
})
beforeEach(() => {
  asked = []
  answer = {}
})

async function lambdaServer(name = 'remote', methods?: 'PUBLIC_KEY_AND_PASSWORD' | 'PASSWORD') {
  return server.newServer({
    IdentityProviderType: 'AWS_LAMBDA',
    IdentityProviderDetails: {
      Function: functionArn(name),
      ...(methods === undefined ? {} : { SftpAuthenticationMethods: methods }),
    },
  })
}

async function login(port: number, username: string, more: object): Promise<SftpClient> {
  const client = new SftpClient(username)
  await client.connect({ host: '127.0.0.1', port, username, ...more })
  return client
}

const user = (more: object = {}) => ({
  Role: server.roleArn,
  Policy: tightTemplate,
  HomeDirectory: `/${bucket}/\${transfer:UserName}`,
  ...more,
})

describe('a command', () => {
  const program = (script: string) => {
    writeFileSync(command, `#!/bin/sh\n${script}\n`)
    chmodSync(command, 0o755)
  }
  const refusals = async (id: string) =>
    (await server.activity(id))
      .filter((record) => record['activity-type'] === 'AUTH_FAILURE')
      .map(({ message }) => String(message))

  it('is told the event on its standard input, and its output narrows the session', async () => {
    const { id, port } = await lambdaServer('program')
    program(`cat > '${command}.event'\ncat <<'END'\n${JSON.stringify(user())}\nEND`)
    const client = await login(port, 'gwen', { password: "'; touch /tmp/x; '" })
    await client.put(Buffer.from('x'), `/${bucket}/gwen/by-command`)
    await expect(client.get(`/${bucket}/alice/secret.txt`)).rejects.toThrow(/[Pp]ermission denied/)
    await client.end()
    expect(existsSync('/tmp/x')).toBe(false)
    expect(JSON.parse(readFileSync(`${command}.event`, 'utf8'))).toEqual({
      username: 'gwen',
      password: "'; touch /tmp/x; '",
      protocol: 'SFTP',
      serverId: id,
      sourceIp: '127.0.0.1',
    })
  })

  it.each([
    ['says no', 'echo {}', /did not accept/],
    ['fails', 'exit 3', /ended with status 3/],
    ['says nothing', 'true', /no JSON/],
    ['says what is no JSON', 'echo no', /no JSON/],
    ['never stops talking', 'yes', /answered too much/],
    ['cannot be run', undefined, /cannot run/],
  ])('that %s opens nothing', async (_, script, reason) => {
    const { id, port } = await lambdaServer('program')
    if (script === undefined) rmSync(command, { force: true })
    else program(script)
    await expect(login(port, 'gwen', { password: 'right' })).rejects.toThrow(/authentication/i)
    expect(await refusals(id)).toContainEqual(expect.stringMatching(reason))
  })
})

describe('a Lambda function', () => {
  it('is asked by Lambda’s API, and its answer narrows the session', async () => {
    const { id, port } = await lambdaServer()
    answer = user()
    const client = await login(port, 'gwen', { password: 'right' })
    await client.put(Buffer.from('x'), `/${bucket}/gwen/x`)
    await expect(client.get(`/${bucket}/alice/secret.txt`)).rejects.toThrow(/[Pp]ermission denied/)
    await client.end()
    expect(asked).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: `/2015-03-31/functions/${encodeURIComponent(functionArn('remote'))}/invocations`,
        event: { username: 'gwen', password: 'right', protocol: 'SFTP', serverId: id, sourceIp: '127.0.0.1' },
      }),
    ])
  })

  it('answers with public keys, once per connection, and only a right signature enters', async () => {
    const { port } = await lambdaServer()
    answer = user({ PublicKeys: ['', server.publicKey] })
    await (await login(port, 'hugo', { privateKey: server.privateKey })).end()
    expect(asked).toHaveLength(1)
    const other = newKeyPair()
    await expect(login(port, 'hugo', { privateKey: other.private })).rejects.toThrow(/authentication/i)
    // It would have opened to any password.
    await expect(login(port, 'hugo', { password: 'anything' })).rejects.toThrow(/authentication/i)
  })

  it('is not asked about an empty password', async () => {
    const { port } = await lambdaServer()
    answer = user()
    await expect(login(port, 'ines', { password: '' })).rejects.toThrow()
    expect(asked.filter(({ event }) => (event as { password: string }).password !== '')).toEqual([])
  })

  it.each([
    ['nothing', {}],
    ['no JSON', 'oops'],
    ['a list', []],
    ['a blank role', { Role: ' ' }],
    ['a role that is none', { Role: 'admin' }],
    ['a policy that is an object', () => user({ Policy: JSON.parse(tightTemplate) as unknown })],
    ['a policy that is not valid', () => user({ Policy: '{"Statement":[]}' })],
    [
      'a policy with a variable without value',
      () => user({ Policy: tightTemplate.replaceAll('Username', 'HomeFolder'), HomeDirectory: '/' }),
    ],
    [
      'mappings that are no string',
      () =>
        user({
          HomeDirectoryType: 'LOGICAL',
          HomeDirectory: undefined,
          HomeDirectoryDetails: [{ Entry: '/', Target: '/x' }],
        }),
    ],
    ['a home that is left by ..', () => user({ HomeDirectory: '/b/../c' })],
    ['keys that are no list', () => user({ PublicKeys: 'ssh-ed25519 AAAA' })],
  ])('is refused with %s', async (_, given) => {
    const { id, port } = await lambdaServer()
    answer = typeof given === 'function' ? given() : given
    await expect(login(port, 'jane', { password: 'x' })).rejects.toThrow(/authentication/i)
    const failures = (await server.activity(id)).filter((record) => record['activity-type'] === 'AUTH_FAILURE')
    expect(failures.at(-1)?.message).toMatch(/identity provider/)
  })

  it('may be a module that this server runs', async () => {
    const { port } = await lambdaServer('embedded')
    ;(globalThis as unknown as { scopedownAnswer: unknown }).scopedownAnswer = (event: { password: string }) =>
      event.password === 'right'
        ? user({
            HomeDirectoryType: 'LOGICAL',
            HomeDirectory: undefined,
            Policy: '',
            HomeDirectoryDetails: JSON.stringify([{ Entry: '/', Target: `/${bucket}/\${transfer:UserName}` }]),
          })
        : {}
    const client = await login(port, 'kate', { password: 'right' })
    await client.put(Buffer.from('x'), '/x')
    expect((await client.list('/')).map(({ name }) => name)).toEqual(['x'])
    await client.end()
    await expect(login(port, 'kate', { password: 'wrong' })).rejects.toThrow(/authentication/i)
  })

  it('nobody has set up refuses every login', async () => {
    const lone = await startSftpServer()
    const { port } = await lone.newServer({
      IdentityProviderType: 'AWS_LAMBDA',
      IdentityProviderDetails: { Function: functionArn('missing') },
    })
    await expect(login(port, 'lara', { password: 'x' })).rejects.toThrow(/authentication/i)
    await lone.remove()
  })
})

describe('key and password', () => {
  it('are both needed, the key first, and both answers limit', async () => {
    const { port } = await lambdaServer('embedded', 'PUBLIC_KEY_AND_PASSWORD')
    const only = (key: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${bucket}/${key}` }],
      })
    ;(globalThis as unknown as { scopedownAnswer: unknown }).scopedownAnswer = (event: { password: string }) =>
      event.password === ''
        ? user({ Policy: only('both/*'), PublicKeys: [server.publicKey] })
        : event.password === 'right'
          ? user({ Policy: only('*/x') })
          : {}
    const { privateKey } = server
    await expect(login(port, 'mona', { password: 'right' })).rejects.toThrow()
    await expect(login(port, 'mona', { privateKey })).rejects.toThrow()
    await expect(
      login(port, 'mona', { privateKey, password: 'wrong', authHandler: ['publickey', 'password'] }),
    ).rejects.toThrow()
    const authHandler = ['publickey', 'password']
    const client = await login(port, 'mona', { privateKey, password: 'right', authHandler })
    await client.put(Buffer.from('x'), `/${bucket}/both/x`)
    await expect(client.put(Buffer.from('x'), `/${bucket}/both/y`)).rejects.toThrow(/[Pp]ermission denied/)
    await expect(client.put(Buffer.from('x'), `/${bucket}/else/x`)).rejects.toThrow(/[Pp]ermission denied/)
    await client.end()
  })
})

describe('API Gateway', () => {
  it('is called by its contract, signed with the invocation role', async () => {
    const InvocationRole = await server.role('Invoke', tightTemplate.replaceAll('${transfer:Username}', 'x'))
    const { id, port } = await server.newServer({
      IdentityProviderType: 'API_GATEWAY',
      IdentityProviderDetails: { Url: `${url}/prod`, InvocationRole },
    })
    answer = user()
    await (await login(port, 'nina', { password: 'right' })).end()
    const [call] = asked as { path: string; headers: Record<string, string> }[]
    expect(call?.path).toBe(`/prod/servers/${id}/users/nina/config?protocol=SFTP&sourceIp=127.0.0.1`)
    expect(call?.headers).toMatchObject({ password: 'right', passwordbase64: Buffer.from('right').toString('base64') })
    expect(call?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=ASIA\w+\/\d{8}\/us-east-1\/execute-api\//)
    await expect(login(port, 'nina', { password: 'pass\nword' })).rejects.toThrow()
    expect(asked.filter(({ headers }) => (headers as Record<string, string>).password !== undefined)).toHaveLength(1)
  })
})

describe('secrets', () => {
  it('hold password, key, network and home', async () => {
    const { id, port } = await lambdaServer('users')
    secrets.set(
      `aws/transfer/${id}/olga`,
      JSON.stringify({
        ...user(),
        SFTPPassword: 'right',
        PublicKey: server.publicKey,
        AcceptedIpNetwork: '127.0.0.0/8',
      }),
    )
    secrets.set('SFTP/paul', JSON.stringify({ ...user(), Password: 'right', AcceptedIpNetwork: '10.0.0.0/8' }))
    await (await login(port, 'olga', { password: 'right' })).end()
    await (await login(port, 'olga', { privateKey: server.privateKey })).end()
    await expect(login(port, 'olga', { password: 'wrong' })).rejects.toThrow(/authentication/i)
    await expect(login(port, 'paul', { password: 'right' })).rejects.toThrow(/authentication/i)
    await expect(login(port, 'rita', { password: 'right' })).rejects.toThrow(/authentication/i)
  })
})

describe('this server’s own Secrets Manager', () => {
  it('is read as the invocation role, which needs the permission', async () => {
    const own = (name: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'secretsmanager:GetSecretValue',
          Resource: `arn:aws:secretsmanager:*:*:secret:${name}`,
        },
      })
    const reader = await server.role('SecretsReader', own('aws/transfer/*'))
    const stranger = await server.role('SecretsStranger', own('else/*'))
    const secretServer = (InvocationRole?: string) =>
      server.newServer({
        IdentityProviderType: 'AWS_LAMBDA',
        IdentityProviderDetails: { Function: functionArn('own'), ...(InvocationRole ? { InvocationRole } : {}) },
      })
    const credentials = { ...server.administrator }
    const manager = new SecretsManagerClient({ endpoint: server.url, region: 'us-east-1', credentials })
    for (const [role, works] of [
      [reader, true],
      [stranger, false],
      [undefined, false],
    ] as const) {
      const { id, port } = await secretServer(role)
      const SecretString = JSON.stringify({ ...user(), Password: 'right' })
      await manager.send(new CreateSecretCommand({ Name: `aws/transfer/${id}/tina`, SecretString }))
      await expect(login(port, 'tina', { password: 'wrong' })).rejects.toThrow(/authentication/i)
      if (!works) {
        await expect(login(port, 'tina', { password: 'right' })).rejects.toThrow(/authentication/i)
        continue
      }
      const client = await login(port, 'tina', { password: 'right' })
      await client.put(Buffer.from('x'), `/${bucket}/tina/x`)
      await expect(client.get(`/${bucket}/alice/secret.txt`)).rejects.toThrow(/[Pp]ermission denied/)
      await client.end()
    }
    manager.destroy()
  })
})

describe('TestIdentityProvider', () => {
  const test = (ServerId: string, UserPassword: string) =>
    server.transfer.send(
      new TestIdentityProviderCommand({ ServerId, UserName: 'sara', UserPassword, ServerProtocol: 'SFTP' }),
    )

  it('shows the answer, or a blank one', async () => {
    const { id } = await lambdaServer()
    answer = user()
    expect(await test(id, 'x')).toMatchObject({ StatusCode: 200, Url: '', Response: JSON.stringify(answer) })
    answer = {}
    expect(await test(id, 'x')).toMatchObject({ StatusCode: 200, Response: '' })
    await expect(test(server.serverId, 'x')).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: `${server.serverId} not configured for external auth`,
    })
    await expect(test('s-00000000000000000', 'x')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Unknown server',
    })
  })
})
