import { randomBytes } from 'node:crypto'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSystem, profile, startEfsServer } from './efs/efs-server.test-data.ts'
import { bucket, type SftpTestServer, startSftpServer } from './sftp-server.test-data.ts'

/** The protocol as the client's library has it, below its conveniences. */
interface Raw {
  open(path: string, flags: string | number, done: (error: Error | undefined, handle: Buffer) => void): void
  read(
    handle: Buffer,
    into: Buffer,
    from: number,
    length: number,
    at: number,
    done: (error: Error | undefined, bytes: number) => void,
  ): void
  write(handle: Buffer, data: Buffer, from: number, length: number, at: number, done: (error?: Error) => void): void
  close(handle: Buffer, done: (error?: Error) => void): void
  mkdir(path: string, done: (error?: Error) => void): void
  rmdir(path: string, done: (error?: Error) => void): void
  unlink(path: string, done: (error?: Error) => void): void
  opendir(path: string, done: (error?: Error) => void): void
}

const call = <T>(start: (done: (error: Error | undefined | null, value?: T) => void) => void) =>
  new Promise<T>((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value as T))))

const [noSuchFile, failed] = [{ code: 2 }, { code: 4 }]

const implementations = [
  {
    domain: 'S3',
    start: async () => {
      const server = await startSftpServer()
      await server.user('dora')
      return { server, client: await server.client('dora'), home: `/${bucket}/dora` }
    },
  },
  {
    domain: 'EFS',
    start: async () => {
      const server = await startEfsServer()
      server.place('dora/', { uid: profile.Uid, gid: profile.Gid, mode: 0o700 })
      await server.efsUser('dora', profile)
      return { server, client: await server.client('dora', server.efsPort), home: `/${fileSystem}/dora` }
    },
  },
]

describe.each(implementations)('the file system of the domain $domain', ({ start }) => {
  let server: SftpTestServer
  let client: SftpClient
  let raw: Raw
  let home: string

  beforeAll(async () => {
    ;({ server, client, home } = await start())
    raw = (client as unknown as { sftp: Raw }).sftp
  })
  afterAll(async () => {
    await client.end()
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('begins at home, and gives back what was written, whole and in pieces', async () => {
    expect(await client.cwd()).toBe(home)
    const bytes = randomBytes(3 << 20)
    await client.put(bytes, `${home}/bytes`)
    expect(bytes.equals((await client.get(`${home}/bytes`)) as Buffer)).toBe(true)
    const handle = await call<Buffer>((done) => raw.open(`${home}/bytes`, 'r', done))
    const piece = Buffer.alloc(1000)
    for (const at of [2_000_000, 5, bytes.length - 10]) {
      const length = await call<number>((done) => raw.read(handle, piece, 0, 1000, at, done))
      expect(piece.subarray(0, length).equals(bytes.subarray(at, Math.min(at + 1000, bytes.length)))).toBe(true)
    }
    // EOF, as the client's library tells it.
    expect(await call((done) => raw.read(handle, piece, 0, 1000, bytes.length, done))).toBe(0)
    await call((done) => raw.close(handle, done))
  })

  it('makes files empty, anew, only once, and only where that was asked for', async () => {
    await client.put(Buffer.alloc(0), `${home}/empty`)
    expect(await client.stat(`${home}/empty`)).toMatchObject({ size: 0, isFile: true })
    await client.put(Buffer.from('longer'), `${home}/anew`)
    await client.put(Buffer.from('new'), `${home}/anew`)
    expect((await client.get(`${home}/anew`)).toString()).toBe('new')
    await expect(call((done) => raw.open(`${home}/anew`, 'wx', done))).rejects.toMatchObject(failed)
    await expect(call((done) => raw.open(`${home}/absent`, 'r+', done))).rejects.toMatchObject(noSuchFile)
    await expect(client.stat(`${home}/absent`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('appends, and goes on where a file ends', async () => {
    await client.put(Buffer.from('first '), `${home}/grow`)
    await client.append(Buffer.from('second '), `${home}/grow`)
    const handle = await call<Buffer>((done) => raw.open(`${home}/grow`, 'r+', done))
    await call((done) => raw.write(handle, Buffer.from('third'), 0, 5, 13, done))
    await call((done) => raw.close(handle, done))
    expect((await client.get(`${home}/grow`)).toString()).toBe('first second third')
  })

  it('lists what is there, and nothing that is not', async () => {
    await client.mkdir(`${home}/list`)
    expect(await client.list(`${home}/list`)).toEqual([])
    for (let index = 0; index < 250; index += 1) {
      await call<Buffer>((done) => raw.open(`${home}/list/${index}`, 'w', done)).then((handle) =>
        call((done) => raw.close(handle, done)),
      )
    }
    await client.mkdir(`${home}/list/sub`)
    const listed = await client.list(`${home}/list`)
    expect(new Set(listed.map(({ name }) => name)).size).toBe(251)
    expect(listed.filter(({ type }) => type === 'd').map(({ name }) => name)).toEqual(['sub'])
    await expect(call((done) => raw.opendir(`${home}/nowhere`, done))).rejects.toMatchObject(noSuchFile)
  })

  it('makes a directory once, and takes it away only when it is empty', async () => {
    await client.mkdir(`${home}/dir`)
    await expect(call((done) => raw.mkdir(`${home}/dir`, done))).rejects.toMatchObject(failed)
    await client.put(Buffer.from('x'), `${home}/dir/file`)
    await expect(call((done) => raw.rmdir(`${home}/dir`, done))).rejects.toMatchObject(failed)
    await client.delete(`${home}/dir/file`)
    await client.rmdir(`${home}/dir`)
    await expect(call((done) => raw.rmdir(`${home}/dir`, done))).rejects.toMatchObject(noSuchFile)
    await expect(call((done) => raw.unlink(`${home}/dir`, done))).rejects.toMatchObject(noSuchFile)
  })

  it('renames files and folders; what is at the target stays, unless it is a posix-rename', async () => {
    await client.put(Buffer.from('a'), `${home}/a`)
    await client.put(Buffer.from('b'), `${home}/b`)
    await expect(client.rename(`${home}/a`, `${home}/b`)).rejects.toMatchObject(failed)
    expect((await client.get(`${home}/b`)).toString()).toBe('b')
    await client.rename(`${home}/a`, `${home}/a`)
    await client.posixRename(`${home}/a`, `${home}/b`)
    expect((await client.get(`${home}/b`)).toString()).toBe('a')
    await client.rename(`${home}/b`, `${home}/c`)
    await expect(client.rename(`${home}/gone`, `${home}/x`)).rejects.toMatchObject(noSuchFile)
    await client.mkdir(`${home}/folder`)
    await client.put(Buffer.from('in'), `${home}/folder/file`)
    await client.rename(`${home}/folder`, `${home}/moved`)
    expect((await client.get(`${home}/moved/file`)).toString()).toBe('in')
    await expect(client.rename(`${home}/moved`, `${home}/moved/in/itself`)).rejects.toMatchObject({
      code: expect.any(Number),
    })
    expect((await client.get(`${home}/moved/file`)).toString()).toBe('in')
  })

  it('takes names as they are, and no way out of them', async () => {
    for (const name of ['*', '?', '[a]', '${x}', 'ü ñ', ' ', '-rf', 'a\\b', '...', '%2e%2e', "it's", '\n']) {
      await client.put(Buffer.from(name), `${home}/${name}`)
      expect((await client.get(`${home}/${name}`)).toString()).toBe(name)
      await client.delete(`${home}/${name}`)
    }
    expect(await client.realPath(`${home}/a/../../../../../..`)).toBe('/')
  })

  it('says in the log what decided about each line', async () => {
    await client.put(Buffer.from('x'), `${home}/logged`)
    await client.get(`${home}/logged`)
    await client.rename(`${home}/logged`, `${home}/logged2`)
    await client.delete(`${home}/logged2`)
    const ids = [server.serverId, 'efsId' in server ? String(server.efsId) : server.serverId]
    const records = await server.activity(ids.at(-1))
    const told = records.filter((record) => !['EXIT_REASON', 'DISCONNECTED'].includes(String(record['activity-type'])))
    expect(told.filter(({ decision }) => decision === undefined)).toEqual([])
    const allowed = told.filter((record) => record['activity-type'] !== 'ERROR')
    for (const { decision } of allowed) expect(decision).toMatchObject({ outcome: 'allowed' })
    expect(new Set(allowed.map((record) => record['activity-type']))).toEqual(
      new Set(['CONNECTED', 'OPEN', 'CLOSE', 'MKDIR', 'RMDIR', 'DELETE', 'RENAME']),
    )
  })
})
