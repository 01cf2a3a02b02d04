/** A server with an SFTP server in it, users by the seed's scenario, and the clients that people use. */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateServerCommand,
  type CreateServerCommandInput,
  CreateUserCommand,
  type CreateUserCommandInput,
  DescribeServerCommand,
  TransferClient,
} from '@aws-sdk/client-transfer'
import SftpClient from 'ssh2-sftp-client'
import { newKeyPair } from '../services/transfer/ssh-key.ts'
import type { StartOptions } from '../start-options.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

export const account = '123456789012'
export const bucket = 'company-transfers'
export const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'transfer.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
/** The seed's role: the whole bucket. */
export const sharedRole = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: `arn:aws:s3:::${bucket}/*`,
    },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
  ],
})
/** The seed's template, word for word but for the bucket. */
export const template = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: `arn:aws:s3:::${bucket}/\${transfer:Username}/*`,
    },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: { StringLike: { 's3:prefix': '${transfer:Username}*' } },
    },
  ],
})
/** The same without the hole that the seed's has: `bob*` lists `bobby/`. */
export const tightTemplate = template.replace(
  '"${transfer:Username}*"',
  '["${transfer:Username}/*","${transfer:Username}"]',
)

export interface Ran {
  readonly status: number | null
  readonly out: string
}

export interface SftpTestServer extends TestServer {
  readonly transfer: TransferClient
  readonly serverId: string
  readonly port: number
  readonly roleArn: string
  readonly folder: string
  readonly keyFile: string
  readonly publicKey: string
  readonly privateKey: string
  role(name: string, policy: string, trustPolicy?: string): Promise<string>
  user(name: string, more?: Partial<CreateUserCommandInput>): Promise<void>
  put(key: string, body: string | Buffer, inBucket?: string): Promise<void>
  client(name: string, port?: number, key?: string): Promise<SftpClient>
  newServer(input: CreateServerCommandInput): Promise<{ id: string; port: number }>
  /** Everything that the SFTP server logged so far. */
  activity(id?: string): Promise<Record<string, unknown>[]>
}

export async function startSftpServer(options: StartOptions = {}): Promise<SftpTestServer> {
  const server = await startTestServer({ sftpLimits: { failureDelayMilliseconds: 20 }, ...options })
  const keys = server.administrator
  const folder = mkdtempSync(join(tmpdir(), 'scopedown-sftp-'))
  const { private: privateKey, public: publicKey } = newKeyPair()
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, privateKey, { mode: 0o600 })
  const transfer = new TransferClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { ...keys },
    maxAttempts: 1,
  })
  const role = async (name: string, policy: string, trustPolicy = trust) => {
    await server.iam(keys).send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trustPolicy }))
    await server
      .iam(keys)
      .send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'files', PolicyDocument: policy }))
    return `arn:aws:iam::${account}:role/${name}`
  }
  const newServer = async (input: CreateServerCommandInput) => {
    const { ServerId: id = '' } = await transfer.send(new CreateServerCommand(input))
    const { Server } = await transfer.send(new DescribeServerCommand({ ServerId: id }))
    const endpoint = Server?.Tags?.find(({ Key }) => Key === 'aws:scopedown:endpoint')?.Value ?? ''
    return { id, port: Number(endpoint.slice(endpoint.lastIndexOf(':') + 1)) }
  }
  const roleArn = await role('TransferRole-Shared', sharedRole)
  await server.s3(keys).send(new CreateBucketCommand({ Bucket: bucket }))
  const { id: serverId, port } = await newServer({})
  return {
    ...server,
    transfer,
    serverId,
    port,
    roleArn,
    folder,
    keyFile,
    publicKey,
    privateKey,
    role,
    newServer,
    user: async (name, more = {}) => {
      await transfer.send(
        new CreateUserCommand({
          ServerId: serverId,
          UserName: name,
          Role: roleArn,
          HomeDirectory: `/${bucket}/\${transfer:Username}/`,
          Policy: template,
          SshPublicKeyBody: publicKey,
          ...more,
        }),
      )
    },
    put: async (key, body, inBucket = bucket) => {
      await server.s3(keys).send(new PutObjectCommand({ Bucket: inBucket, Key: key, Body: body }))
    },
    client: async (username, at = port, key = privateKey) => {
      const client = new SftpClient(username)
      await client.connect({ host: '127.0.0.1', port: at, username, privateKey: key })
      return client
    },
    activity: async (id = serverId) => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      const path = join(server.data, 'transfer', id)
      if (!existsSync(path)) return []
      const text = readdirSync(path).map((file) => readFileSync(join(path, file), 'utf8'))
      return text
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    remove: async () => {
      await server.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const sshOptions = [
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'LogLevel=ERROR',
  '-o',
  'IdentitiesOnly=yes',
  '-o',
  'PreferredAuthentications=publickey',
]

export async function run(
  command: string,
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env } })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stdin.end(options.input ?? '')
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { status, out }
}

/** A batch of OpenSSH's sftp; it ends at the first command that fails. */
export function sftp(
  server: SftpTestServer,
  user: string,
  batch: string,
  port = server.port,
  more: readonly string[] = [],
): Promise<Ran> {
  const args = [...sshOptions, ...more, '-i', server.keyFile, '-P', String(port), '-b', '-', `${user}@127.0.0.1`]
  return run('sftp', args, { input: batch, cwd: server.folder })
}
