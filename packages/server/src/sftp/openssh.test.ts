import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, type SftpTestServer, sftp, startSftpServer } from './sftp-server.test-data.ts'

let server: SftpTestServer

beforeAll(async () => {
  server = await startSftpServer()
  await server.user('alice')
  await server.user('bob')
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

describe('OpenSSH’s sftp', () => {
  it('lands in the home directory, puts, lists, gets and removes', async () => {
    writeFileSync(join(server.folder, 'small.txt'), 'hello')
    const ran = await sftp(
      server,
      'bob',
      'pwd\nput small.txt\nls -l\nget small.txt back.txt\nrename small.txt moved.txt\nls -1\nrm moved.txt\nls -1\n',
    )
    expect(ran.out).toContain(`Remote working directory: /${bucket}/bob`)
    expect(ran).toMatchObject({ status: 0 })
    expect(ran.out).toMatch(/-rw-r--r--\s+1 0\s+0\s+5 .* small\.txt/)
    expect(readFileSync(join(server.folder, 'back.txt'), 'utf8')).toBe('hello')
  })

  it('moves 64 MiB both ways, rekeying on the way, byte for byte', async () => {
    const bytes = randomBytes(64 * 1024 * 1024)
    writeFileSync(join(server.folder, 'large.bin'), bytes)
    const ran = await sftp(server, 'bob', 'put large.bin\nget large.bin large.back\n', server.port, [
      '-o',
      'RekeyLimit=8M',
    ])
    expect(ran).toMatchObject({ status: 0 })
    expect(readFileSync(join(server.folder, 'large.back')).equals(bytes)).toBe(true)
    const head = await server
      .s3(server.administrator)
      .send(new HeadObjectCommand({ Bucket: bucket, Key: 'bob/large.bin' }))
    expect(head.Metadata).toMatchObject({ 'user-agent': 'AWSTransfer', 'user-agent-id': `bob@${server.serverId}` })
  })

  it('goes on with an upload and a download where they stopped', async () => {
    const bytes = randomBytes(5 * 1024 * 1024)
    writeFileSync(join(server.folder, 'resumed'), bytes)
    await server.put('bob/resumed', bytes.subarray(0, 2 * 1024 * 1024))
    expect(await sftp(server, 'bob', 'reput resumed\n')).toMatchObject({ status: 0 })
    writeFileSync(join(server.folder, 'resumed.back'), bytes.subarray(0, 1_234_567))
    expect(await sftp(server, 'bob', 'reget resumed resumed.back\n')).toMatchObject({ status: 0 })
    expect(readFileSync(join(server.folder, 'resumed.back')).equals(bytes)).toBe(true)
  })

  it('finds another user’s folder closed', async () => {
    await server.put('alice/secret.txt', 'secret')
    for (const command of [
      'ls /company-transfers/alice',
      'get ../alice/secret.txt',
      'put small.txt ../alice/x',
      'rm ../alice/secret.txt',
      'mkdir ../alice/d',
      'rename ../alice/secret.txt mine',
    ]) {
      const ran = await sftp(server, 'bob', `${command}\n`)
      expect(ran.status, command).not.toBe(0)
      expect(ran.out, command).toMatch(/[Pp]ermission denied|not found/)
    }
  })
})
