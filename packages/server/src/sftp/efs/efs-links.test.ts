import { lstatSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { call, type EfsTestServer, fileSystem, isRoot, startEfsServer } from './efs-server.test-data.ts'

let server: EfsTestServer
const home = `/${fileSystem}`
const denied = { message: expect.stringMatching(/[Pp]ermission denied/) }

beforeAll(async () => {
  server = await startEfsServer()
})
afterEach(() => server.endClients())
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

const as = (name: string, port?: number) => server.as(name, port)

describe.skipIf(!isRoot)('links', () => {
  const link = (client: SftpClient, target: string, path: string) =>
    // This library sends the link first to whom it does not take for OpenSSH; others always send OpenSSH's order.
    call<void>(client, (raw, done) => raw.symlink(path, target, done))
  const target = (path: string) => readlinkSync(join(server.disk, path))

  beforeAll(async () => {
    server.place('links/', { uid: 3001, gid: 3001, mode: 0o700 })
    server.place('links/inner/', { uid: 3001, gid: 3001, mode: 0o700 })
    server.place('links/inner/file', { uid: 3001, gid: 3001, mode: 0o600, text: 'inner' })
    server.place('open/', { uid: 0, gid: 0, mode: 0o755 })
    server.place('open/file', { uid: 0, gid: 0, mode: 0o644, text: 'open' })
    writeFileSync(join(server.disk, '../outside.txt'), 'outside', { mode: 0o644 })
    for (const [name, to] of [
      ['absolute', '/etc/passwd'],
      ['up', '../../outside.txt'],
      ['far', '../../../../../../../../etc/passwd'],
      ['across', '../open/file'],
      ['loop', 'loop'],
      ['dangling', 'nowhere'],
    ] as const) {
      symlinkSync(to, join(server.disk, 'links', name))
    }
    await server.efsUser('linker', { Uid: 3001, Gid: 3001 }, { HomeDirectory: `${home}/links` })
    await server.efsUser(
      'chrooted',
      { Uid: 3001, Gid: 3001 },
      {
        HomeDirectory: undefined,
        HomeDirectoryType: 'LOGICAL',
        HomeDirectoryMappings: [{ Entry: '/', Target: `${home}/links` }],
      },
    )
  })

  it('lead on within the file system, and not out of it', async () => {
    const linker = await as('linker')
    expect((await linker.get('across')).toString()).toBe('open')
    for (const name of ['absolute', 'up', 'far']) {
      await expect(linker.get(name)).rejects.toMatchObject(denied)
      await expect(linker.append(Buffer.from('x'), `${home}/links/${name}`)).rejects.toThrow(/[Pp]ermission denied/)
    }
    await expect(linker.get('loop')).rejects.toThrow(/Too many links/)
    await expect(linker.get('dangling')).rejects.toThrow(/No such file/)
    await expect(linker.put(Buffer.from('x'), `${home}/links/dangling`)).rejects.toThrow(/No such file/)
    expect(readFileSync(join(server.disk, '../outside.txt'), 'utf8')).toBe('outside')
  })

  it('do not lead out of a mapping either', async () => {
    const chrooted = await as('chrooted')
    expect((await chrooted.get('/inner/file')).toString()).toBe('inner')
    await expect(chrooted.get('/across')).rejects.toMatchObject(denied)
    await expect(chrooted.get('/../open/file')).rejects.toThrow(/No such file/)
    expect((await chrooted.list('/')).length).toBe(7)
  })

  it('are made relative, belong to who made them, and are not made at all where they would lead out', async () => {
    const linker = await as('linker')
    await link(linker, 'inner/file', `${home}/links/relative`)
    await link(linker, `${home}/links/inner/file`, `${home}/links/inner/self`)
    await link(linker, `${home}/open/file`, `${home}/links/inner/other`)
    expect([target('links/relative'), target('links/inner/self'), target('links/inner/other')]).toEqual([
      'inner/file',
      'file',
      '../../open/file',
    ])
    expect(lstatSync(join(server.disk, 'links/relative'))).toMatchObject({ uid: 3001, gid: 3001 })
    expect((await linker.get('inner/other')).toString()).toBe('open')
    expect(await call<string>(linker, (raw, done) => raw.readlink(`${home}/links/relative`, done))).toBe('inner/file')
    for (const out of ['../../outside.txt', '/etc/passwd', '/fs-ffffffffffffffff0/x', 'a/../../../..']) {
      await expect(link(linker, out, `${home}/links/out`)).rejects.toMatchObject(denied)
    }
    const chrooted = await as('chrooted')
    await expect(link(chrooted, '../open/file', '/out')).rejects.toMatchObject(denied)
    await link(chrooted, '/inner/file', '/inside')
    expect(target('links/inside')).toBe('inner/file')
  })

  it('are taken away and renamed themselves, not what they lead to', async () => {
    const linker = await as('linker')
    await linker.rename(`${home}/links/across`, `${home}/links/moved`)
    expect(target('links/moved')).toBe('../open/file')
    await linker.delete(`${home}/links/moved`)
    expect(readFileSync(join(server.disk, 'open/file'), 'utf8')).toBe('open')
  })

  it('win no race: a directory that turns into a link in between leads nowhere', async () => {
    const linker = await as('linker')
    const other = await as('linker')
    await linker.mkdir(`${home}/links/race`)
    await linker.put(Buffer.from('mine'), `${home}/links/race/passwd`)
    symlinkSync('/etc', join(server.disk, 'links/etc'))
    let swapping = true
    const swaps = (async () => {
      while (swapping) {
        await other.rename(`${home}/links/race`, `${home}/links/aside`)
        await other.rename(`${home}/links/etc`, `${home}/links/race`)
        await other.rename(`${home}/links/race`, `${home}/links/etc`)
        await other.rename(`${home}/links/aside`, `${home}/links/race`)
      }
    })()
    const seen = new Set<string>()
    for (let tries = 0; tries < 300; tries += 1) {
      seen.add(await linker.get(`${home}/links/race/passwd`).then(String, () => 'refused'))
    }
    swapping = false
    await swaps
    expect([...seen].filter((text) => text !== 'mine' && text !== 'refused')).toEqual([])
    expect(seen).toContain('mine')
  })
})
