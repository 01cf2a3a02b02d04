/** A server of its own for each test, and the clients that people use, pointed at it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IAMClient } from '@aws-sdk/client-iam'
import { S3Client } from '@aws-sdk/client-s3'
import { STSClient } from '@aws-sdk/client-sts'
import { type RunningServer, startServer } from '../main.ts'
import type { StartOptions } from '../start-options.ts'

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface TestServer extends RunningServer {
  readonly data: string
  readonly administrator: Keys
  /** What the server told its operator; a test that expects no bug expects this to be empty. */
  readonly log: readonly string[]
  iam(keys: Keys): IAMClient
  sts(keys: Keys): STSClient
  s3(keys: Keys): S3Client
  /** Closes the server and removes its data. */
  remove(): Promise<void>
}

export async function startTestServer(options: StartOptions = {}): Promise<TestServer> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'scopedown-'))
  const log: string[] = []
  const server = await startServer({ port: 0, sftpPort: 0, ...options, data, log: (line) => log.push(line) })
  const client = (keys: Keys) => ({
    endpoint: server.url,
    region: options.region ?? 'us-east-1',
    credentials: { ...keys },
    maxAttempts: 1,
  })
  return {
    ...server,
    data,
    log,
    administrator: readCredentials(server.credentialsFile),
    iam: (keys) => new IAMClient(client(keys)),
    sts: (keys) => new STSClient(client(keys)),
    s3: (keys) => new S3Client({ ...client(keys), forcePathStyle: true }),
    remove: async () => {
      await server.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

export function readCredentials(file: string): Keys {
  const text = readFileSync(file, 'utf8')
  const value = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(text)?.[1] ?? ''
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') }
}
