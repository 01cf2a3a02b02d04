/** A server with an SFTP server of domain EFS in it, on a folder of its own. */

import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreateUserCommandInput, PosixProfile } from '@aws-sdk/client-transfer'
import type SftpClient from 'ssh2-sftp-client'
import type { StartOptions } from '../../start-options.ts'
import { account, type SftpTestServer, startSftpServer } from '../sftp-server.test-data.ts'

export const fileSystem = 'fs-0123456789abcdef0'
export const fileSystemArn = `arn:aws:elasticfilesystem:us-east-1:${account}:file-system/${fileSystem}`

/** Other uids than the process's own need its right to give files away. */
export const isRoot = process.geteuid?.() === 0
if (!isRoot) process.stderr.write('skipping what needs several uids: the tests do not run as root\n')

/** Somebody whom the server may serve: root is nobody without ClientRootAccess. */
export const profile = isRoot
  ? { Uid: 4001, Gid: 5001 }
  : { Uid: process.geteuid?.() ?? 0, Gid: process.getegid?.() ?? 0 }

export const clientPolicy = (...actions: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: actions.map((action) => `elasticfilesystem:${action}`), Resource: fileSystemArn },
    ],
  })

/** What a test asks of the client library below `ssh2-sftp-client`. */
interface Raw {
  setstat(path: string, attributes: object, done: (error?: Error) => void): void
  symlink(target: string, path: string, done: (error?: Error) => void): void
  readlink(path: string, done: (error: Error | undefined, target: string) => void): void
}

export const call = <T>(client: SftpClient, start: (raw: Raw, done: (error?: Error, value?: T) => void) => void) =>
  new Promise<T>((resolve, reject) => {
    const { sftp } = client as unknown as { sftp: Raw }
    start(sftp, (error, value) => (error ? reject(error) : resolve(value as T)))
  })

export interface EfsTestServer extends SftpTestServer {
  /** The folder of the file system, on disk. */
  readonly disk: string
  readonly efsId: string
  readonly efsPort: number
  readonly efsRole: string
  efsUser(name: string, profile: PosixProfile, more?: Partial<CreateUserCommandInput>): Promise<void>
  /** Logged in, until `endClients`. */
  as(name: string, port?: number): Promise<SftpClient>
  endClients(): Promise<void>
  /** A file or, ending in a slash, a directory. */
  place(path: string, options: { uid?: number; gid?: number; mode: number; text?: string }): string
}

export async function startEfsServer(options: StartOptions = {}): Promise<EfsTestServer> {
  const efsRoot = mkdtempSync(join(tmpdir(), 'scopedown-efs-'))
  const disk = join(efsRoot, fileSystem)
  mkdirSync(disk)
  chmodSync(efsRoot, 0o755)
  const server = await startSftpServer({ ...options, efsRoot })
  const { id: efsId, port: efsPort } = await server.newServer({ Domain: 'EFS' })
  const efsRole = await server.role('Efs', clientPolicy('ClientMount', 'ClientWrite'))
  let open: SftpClient[] = []
  return {
    ...server,
    disk,
    efsId,
    efsPort,
    efsRole,
    efsUser: (name, PosixProfile, more = {}) =>
      server.user(name, {
        ServerId: efsId,
        Role: efsRole,
        HomeDirectory: `/${fileSystem}/${name}`,
        Policy: undefined,
        PosixProfile,
        ...more,
      }),
    as: async (name, port = efsPort) => {
      const client = await server.client(name, port)
      open.push(client)
      return client
    },
    endClients: async () => {
      for (const client of open) await client.end().catch(() => {})
      open = []
    },
    place: (path, { uid = 0, gid = 0, mode, text = '' }) => {
      const full = join(disk, path)
      if (path.endsWith('/')) mkdirSync(full)
      else writeFileSync(full, text)
      if (isRoot) chownSync(full, uid, gid)
      chmodSync(full, mode)
      return full
    },
    remove: async () => {
      await server.remove()
      rmSync(efsRoot, { recursive: true, force: true })
    },
  }
}
