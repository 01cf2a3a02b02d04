import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, type SftpTestServer, sftp, startSftpServer } from './sftp-server.test-data.ts'

/** The protocol as the client's library has it, below its conveniences. */
interface Raw {
  open(path: string, flags: string | number, done: (error: Error | undefined, handle: Buffer) => void): void
  write(handle: Buffer, data: Buffer, from: number, length: number, at: number, done: (error?: Error) => void): void
  close(handle: Buffer, done: (error?: Error) => void): void
  rmdir(path: string, done: (error?: Error) => void): void
  mkdir(path: string, done: (error?: Error) => void): void
  setstat(path: string, attributes: object, done: (error?: Error) => void): void
}

let server: SftpTestServer
let client: SftpClient
let raw: Raw
const home = `/${bucket}/dora`

beforeAll(async () => {
  server = await startSftpServer()
  await server.user('dora')
  client = await server.client('dora')
  raw = (client as unknown as { sftp: Raw }).sftp
})
afterAll(async () => {
  await client.end()
  expect(server.log).toEqual([])
  await server.remove()
})

const call = <T>(start: (done: (error: Error | undefined | null, value?: T) => void) => void) =>
  new Promise<T>((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value as T))))

describe('writing', () => {
  it('shows nothing before CLOSE, and all of it after', async () => {
    const handle = await call<Buffer>((done) => raw.open(`${home}/late.bin`, 'w', done))
    const bytes = randomBytes(3 << 20)
    for (let at = 0; at < bytes.length; at += 32_768) {
      await call((done) => raw.write(handle, bytes, at, Math.min(32_768, bytes.length - at), at, done))
    }
    await expect(client.stat(`${home}/late.bin`)).rejects.toMatchObject({ code: 'ENOENT' })
    await call((done) => raw.close(handle, done))
    expect(bytes.equals((await client.get(`${home}/late.bin`)) as Buffer)).toBe(true)
  })

  it('takes a little disorder, refuses holes and rewriting, and keeps nothing of what failed', async () => {
    const handle = await call<Buffer>((done) => raw.open(`${home}/disorder.txt`, 'w', done))
    await call((done) => raw.write(handle, Buffer.from('two'), 0, 3, 3, done))
    await call((done) => raw.write(handle, Buffer.from('one'), 0, 3, 0, done))
    await call((done) => raw.close(handle, done))
    expect((await client.get(`${home}/disorder.txt`)).toString()).toBe('onetwo')
    const holed = await call<Buffer>((done) => raw.open(`${home}/hole.txt`, 'w', done))
    await call((done) => raw.write(holed, Buffer.from('x'), 0, 1, 10, done))
    await expect(call((done) => raw.close(holed, done))).rejects.toMatchObject({ code: 4 })
    const rewritten = await call<Buffer>((done) => raw.open(`${home}/again.txt`, 'w', done))
    await call((done) => raw.write(rewritten, Buffer.from('abc'), 0, 3, 0, done))
    await expect(call((done) => raw.write(rewritten, Buffer.from('x'), 0, 1, 1, done))).rejects.toMatchObject({
      code: 4,
    })
    await expect(call((done) => raw.close(rewritten, done))).rejects.toMatchObject({ code: 4 })
    const names = (await client.list(home)).map(({ name }) => name)
    expect(names).not.toContain('hole.txt')
    expect(names).not.toContain('again.txt')
  })

  it('appends, and resumes at the current end only', async () => {
    await client.put(Buffer.from('first '), `${home}/grow.txt`)
    await client.append(Buffer.from('second'), `${home}/grow.txt`)
    expect((await client.get(`${home}/grow.txt`)).toString()).toBe('first second')
    const handle = await call<Buffer>((done) => raw.open(`${home}/grow.txt`, 'r+', done))
    await expect(call((done) => raw.write(handle, Buffer.from('x'), 0, 1, 3, done))).rejects.toMatchObject({ code: 4 })
    await call((done) => raw.close(handle, done)).catch(() => {})
    expect((await client.get(`${home}/grow.txt`)).toString()).toBe('first second')
  })

  it('leaves no parts of an upload whose connection drops', async () => {
    const other = await server.client('dora')
    const writer = other.createWriteStream(`${home}/dropped.bin`)
    writer.on('error', () => {})
    await new Promise<void>((resolve) => writer.write(Buffer.alloc(4 << 20), () => resolve()))
    ;(other as unknown as { client: { _sock: { destroy(): void } } }).client._sock.destroy()
    const uploads = async () =>
      (await server.s3(server.administrator).send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []
    for (let left = 50; left > 0 && (await uploads()).length > 0; left -= 1)
      await new Promise((go) => setTimeout(go, 50))
    expect(await uploads()).toEqual([])
    await expect(client.stat(`${home}/dropped.bin`)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('directories', () => {
  it('are made, listed, and removed only when nothing is left', async () => {
    await client.mkdir(`${home}/dir`)
    await expect(call((done) => raw.mkdir(`${home}/dir`, done))).rejects.toMatchObject({ code: 4 })
    expect((await client.stat(`${home}/dir`)).isDirectory).toBe(true)
    expect(await client.list(`${home}/dir`)).toEqual([])
    await client.put(Buffer.from('x'), `${home}/dir/file`)
    await expect(client.rmdir(`${home}/dir`)).rejects.toThrow(/not empty/)
    await client.delete(`${home}/dir/file`)
    await client.rmdir(`${home}/dir`)
    await expect(client.list(`${home}/dir`)).rejects.toMatchObject({ code: 2 })
    await expect(call((done) => raw.rmdir(`${home}/dir`, done))).rejects.toMatchObject({ code: 2 })
  })

  it('list more than one page, each name once', async () => {
    for (let index = 0; index < 1050; index += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => server.put(`dora/many/${String(index + at).padStart(5, '0')}`, '')),
      )
    }
    const names = (await client.list(`${home}/many`)).map(({ name }) => name)
    expect(names).toHaveLength(1050)
    expect(new Set(names).size).toBe(1050)
  })

  it('are renamed while empty, files always; a target that is there stays unless it is a posix-rename', async () => {
    await client.put(Buffer.from('a'), `${home}/a`)
    await client.put(Buffer.from('b'), `${home}/b`)
    await expect(client.rename(`${home}/a`, `${home}/b`)).rejects.toMatchObject({ code: 4 })
    await client.rename(`${home}/a`, `${home}/a`)
    await client.posixRename(`${home}/a`, `${home}/b`)
    expect((await client.get(`${home}/b`)).toString()).toBe('a')
    await expect(client.stat(`${home}/a`)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(client.rename(`${home}/gone`, `${home}/x`)).rejects.toMatchObject({ code: 2 })
    await client.mkdir(`${home}/empty`)
    await client.rename(`${home}/empty`, `${home}/emptied`)
    expect((await client.stat(`${home}/emptied`)).isDirectory).toBe(true)
  })
})

describe('attributes', () => {
  it('cannot be set, unless the server is told to take them for nothing', async () => {
    await client.put(Buffer.from('x'), `${home}/mode`)
    await expect(call((done) => raw.setstat(`${home}/mode`, { mode: 0o600 }, done))).rejects.toMatchObject({ code: 8 })
  })

  it('are taken for nothing where the server is told so, and the log tells of each', async () => {
    const { id, port } = await server.newServer({ ProtocolDetails: { SetStatOption: 'ENABLE_NO_OP' } })
    await server.user('dora', { ServerId: id })
    writeFileSync(join(server.folder, 'kept'), 'kept')
    // It sets times and mode of what it has put.
    expect(await sftp(server, 'dora', 'put -p kept\nchmod 600 kept\n', port)).toMatchObject({ status: 0 })
    const told = (await server.activity(id)).filter((record) => record['activity-type'] === 'SETSTAT')
    expect(told.length).toBeGreaterThanOrEqual(2)
    for (const record of told) {
      expect(record).toMatchObject({ path: `${home}/kept`, decision: { by: 'SetStatOption ENABLE_NO_OP' } })
    }
    expect(await sftp(server, 'dora', 'chmod 600 kept\n')).not.toMatchObject({ status: 0 })
  })

  it('are those of the object', async () => {
    await client.put(Buffer.from('12345'), `${home}/five`)
    const stat = await client.stat(`${home}/five`)
    expect(stat).toMatchObject({ size: 5, mode: 0o100644, isFile: true })
    expect(Math.abs(stat.modifyTime - Date.now())).toBeLessThan(60_000)
  })
})
