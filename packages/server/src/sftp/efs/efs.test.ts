import { lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateServerCommand, UpdateUserCommand } from '@aws-sdk/client-transfer'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer } from '../../testing/test-server.ts'
import { sharedRole, startSftpServer, template } from '../sftp-server.test-data.ts'
import { call, clientPolicy, type EfsTestServer, fileSystem, isRoot, startEfsServer } from './efs-server.test-data.ts'

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

describe('the control plane', () => {
  it('needs a folder to stand for EFS, and names the flag', async () => {
    const without = await startSftpServer()
    await expect(without.newServer({ Domain: 'EFS' })).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      message: expect.stringContaining('--efs-root'),
    })
    await without.remove()
    await expect(startTestServer({ efsRoot: '/nowhere/at/all' })).rejects.toThrow(/--efs-root/)
  })

  it('takes a PosixProfile with EFS alone, and there always; no session policy, no home but in a file system', async () => {
    const profile = { Uid: 1, Gid: 1 }
    const refused = (message: RegExp) => ({ name: 'InvalidRequestException', message: expect.stringMatching(message) })
    const efs = { ServerId: server.efsId, Role: server.efsRole, Policy: undefined, HomeDirectory: home }
    await expect(server.user('no-profile', efs)).rejects.toMatchObject(refused(/PosixProfile is needed/))
    await expect(server.user('on-s3', { PosixProfile: profile })).rejects.toMatchObject(refused(/Amazon EFS alone/))
    const made = { ...efs, PosixProfile: profile }
    await expect(server.user('policy', { ...made, Policy: template })).rejects.toMatchObject(refused(/permission bits/))
    await expect(server.user('home', { ...made, HomeDirectory: '/bucket/x' })).rejects.toMatchObject(refused(/fs-/))
    const mapping = { HomeDirectoryType: 'LOGICAL' as const, HomeDirectory: undefined }
    const logical = { ...made, ...mapping, HomeDirectoryMappings: [{ Entry: '/', Target: '/elsewhere/x' }] }
    await expect(server.user('logical', logical)).rejects.toMatchObject(refused(/fs-/))
    await server.user('right', made)
    const update = new UpdateUserCommand({ ServerId: server.efsId, UserName: 'right', Policy: template })
    await expect(server.transfer.send(update)).rejects.toMatchObject(refused(/permission bits/))
  })

  it('refuses a login to a server that was made when there was a folder', async () => {
    const first = await startEfsServer()
    await first.efsUser('late', { Uid: process.geteuid?.() ?? 0, Gid: process.getegid?.() ?? 0 })
    const { data, efsId } = first
    await first.close()
    const second = await startTestServer({ data })
    await expect(server.client('late', first.efsPort, first.privateKey)).rejects.toThrow(/authentication/i)
    await second.close()
    const log = await first.activity(efsId)
    expect(log.at(-1)).toMatchObject({
      'activity-type': 'AUTH_FAILURE',
      message: expect.stringContaining('--efs-root'),
    })
  })

  it('makes no server of EFS by default', async () => {
    const made = await server.transfer.send(new CreateServerCommand({}))
    expect(made.ServerId).toMatch(/^s-/)
  })
})

describe.skipIf(!isRoot)('the user’s uid and groups', () => {
  beforeAll(async () => {
    const { place } = server
    place('ann/', { uid: 1001, gid: 5001, mode: 0o700 })
    place('ann/own.txt', { uid: 1001, gid: 5001, mode: 0o600, text: 'ann' })
    place('ben/', { uid: 1002, gid: 5002, mode: 0o750 })
    place('ben/read.txt', { uid: 1002, gid: 5002, mode: 0o640, text: 'ben' })
    place('ben/hidden.txt', { uid: 1002, gid: 5002, mode: 0o600, text: 'hidden' })
    place('team/', { uid: 0, gid: 7000, mode: 0o2770 })
    place('drop/', { uid: 0, gid: 0, mode: 0o1777 })
    place('drop/ben.txt', { uid: 1002, gid: 5002, mode: 0o666, text: 'drop' })
    place('drop/sub/', { uid: 1002, gid: 5002, mode: 0o777 })
    place('names/', { uid: 0, gid: 0, mode: 0o754 })
    place('names/a', { uid: 0, gid: 0, mode: 0o644 })
    place('through/', { uid: 0, gid: 0, mode: 0o711 })
    place('through/known', { uid: 0, gid: 0, mode: 0o644, text: 'known' })
    await server.efsUser('ann', { Uid: 1001, Gid: 5001, SecondaryGids: [7000] })
    await server.efsUser('ben', { Uid: 1002, Gid: 5002 })
    await server.efsUser('cat', { Uid: 1003, Gid: 5003, SecondaryGids: [5002, 7000] }, { HomeDirectory: home })
  })

  it('own what the user makes, with the mode asked for less what nobody gives away', async () => {
    const ann = await as('ann')
    await ann.put(Buffer.from('new'), `${home}/ann/new.txt`)
    await ann.mkdir(`${home}/ann/dir`)
    const made = lstatSync(join(server.disk, 'ann/new.txt'))
    expect([made.uid, made.gid, made.mode & 0o7777]).toEqual([1001, 5001, 0o644])
    const dir = lstatSync(join(server.disk, 'ann/dir'))
    expect([dir.uid, dir.gid, dir.mode & 0o7777]).toEqual([1001, 5001, 0o755])
  })

  it('are asked about every step of the way: reading, writing, listing, searching', async () => {
    const ann = await as('ann')
    for (const attempt of [
      () => ann.get(`${home}/ben/read.txt`),
      () => ann.list(`${home}/ben`),
      () => ann.stat(`${home}/ben/read.txt`),
      () => ann.stat(`${home}/ben/absent`),
      () => ann.put(Buffer.from('x'), `${home}/ben/x`),
      () => ann.append(Buffer.from('x'), `${home}/ben/read.txt`),
      () => ann.mkdir(`${home}/ben/d`),
      () => ann.rmdir(`${home}/ben`),
      () => ann.delete(`${home}/ben/read.txt`),
      () => ann.rename(`${home}/ben/read.txt`, `${home}/ann/mine`),
      () => ann.rename(`${home}/ann/own.txt`, `${home}/ben/in`),
      () => ann.posixRename(`${home}/ann/own.txt`, `${home}/ben/read.txt`),
      () => ann.put(Buffer.from('x'), `${home}/top.txt`),
      () => ann.put(Buffer.from('x'), home),
      () => ann.get(`${home}/ann/../ben/read.txt`),
      () => ann.list(`${home}/through`),
    ]) {
      await expect(attempt()).rejects.toThrow(/[Pp]ermission denied/)
    }
    expect((await ann.get(`${home}/through/known`)).toString()).toBe('known')
    expect(readFileSync(join(server.disk, 'ben/read.txt'), 'utf8')).toBe('ben')
    expect(readFileSync(join(server.disk, 'ann/own.txt'), 'utf8')).toBe('ann')
  })

  it('count with their secondary groups: what the group may, and no more', async () => {
    const cat = await as('cat')
    expect((await cat.get(`${home}/ben/read.txt`)).toString()).toBe('ben')
    expect((await cat.list(`${home}/ben`)).map(({ name }) => name).sort()).toEqual(['hidden.txt', 'read.txt'])
    await expect(cat.get(`${home}/ben/hidden.txt`)).rejects.toMatchObject(denied)
    await expect(cat.put(Buffer.from('x'), `${home}/ben/x`)).rejects.toMatchObject(denied)
    await cat.put(Buffer.from('for all'), `${home}/team/file`)
    const made = lstatSync(join(server.disk, 'team/file'))
    expect([made.uid, made.gid]).toEqual([1003, 7000])
    await cat.mkdir(`${home}/team/dir`)
    expect(lstatSync(join(server.disk, 'team/dir')).mode & 0o7777).toBe(0o2755)
    const ann = await as('ann')
    expect((await ann.get(`${home}/team/file`)).toString()).toBe('for all')
    await expect(ann.append(Buffer.from('x'), `${home}/team/file`)).rejects.toThrow(/[Pp]ermission denied/)
    // Who may write to the directory may take away what is in it.
    await ann.delete(`${home}/team/file`)
  })

  it('leave what lies in a directory with the sticky bit to its owner', async () => {
    const ann = await as('ann')
    await expect(ann.delete(`${home}/drop/ben.txt`)).rejects.toMatchObject(denied)
    await expect(ann.rmdir(`${home}/drop/sub`)).rejects.toMatchObject(denied)
    await expect(ann.rename(`${home}/drop/ben.txt`, `${home}/drop/x`)).rejects.toMatchObject(denied)
    await ann.put(Buffer.from('a'), `${home}/drop/ann.txt`)
    await expect(ann.posixRename(`${home}/drop/ann.txt`, `${home}/drop/ben.txt`)).rejects.toMatchObject(denied)
    await ann.delete(`${home}/drop/ann.txt`)
    const ben = await as('ben')
    await ben.delete(`${home}/drop/ben.txt`)
  })

  it('show names alone where a directory may be read and not searched', async () => {
    const ann = await as('ann')
    const [entry] = await ann.list(`${home}/names`)
    expect(entry).toMatchObject({ name: 'a' })
    await expect(ann.get(`${home}/names/a`)).rejects.toMatchObject(denied)
  })

  it('stand in the log with the bits that decided', async () => {
    const ann = await as('ann')
    await expect(ann.get(`${home}/ben/read.txt`)).rejects.toMatchObject(denied)
    await ann.get(`${home}/ann/own.txt`)
    const log = await server.activity(server.efsId)
    expect(log.findLast((record) => record.message === 'Access denied')).toMatchObject({
      operation: 'OPEN',
      path: `${home}/ben/read.txt`,
      decision: { outcome: 'denied', by: 'permission bits', need: 'search', class: 'other', mode: '0750', owner: 1002 },
    })
    const opened = log.findLast((record) => record['activity-type'] === 'OPEN')
    const checks = [
      { action: 'elasticfilesystem:ClientMount', outcome: 'allowed', by: ['identity'] },
      { by: 'permission bits', need: 'read', class: 'owner', mode: '0600', outcome: 'allowed' },
    ]
    expect(opened).toMatchObject({ decision: { checks } })
  })
})

describe.skipIf(!isRoot)('attributes', () => {
  const set = (client: SftpClient, path: string, attributes: object) =>
    call<void>(client, (raw, done) => raw.setstat(path, attributes, done))

  beforeAll(async () => {
    server.place('attr/', { uid: 2001, gid: 6001, mode: 0o700 })
    server.place('attr/f', { uid: 2001, gid: 6001, mode: 0o644, text: '0123456789' })
    server.place('attr/theirs', { uid: 2002, gid: 6002, mode: 0o666, text: 'theirs' })
    server.place('attr/setid', { uid: 2002, gid: 6002, mode: 0o6777, text: 'x' })
    await server.efsUser('owner', { Uid: 2001, Gid: 6001, SecondaryGids: [6005] }, { HomeDirectory: `${home}/attr` })
    const rootRole = await server.role('EfsRoot', clientPolicy('ClientMount', 'ClientWrite', 'ClientRootAccess'))
    await server.efsUser('super', { Uid: 0, Gid: 0 }, { HomeDirectory: home, Role: rootRole })
    await server.efsUser('squashed', { Uid: 0, Gid: 0 }, { HomeDirectory: home })
  })

  it('are changed by whom AWS says: mode and owner by root, the group to an own one and times by the owner', async () => {
    const owner = await as('owner')
    const file = `${home}/attr/f`
    await expect(set(owner, file, { mode: 0o600 })).rejects.toMatchObject(denied)
    await expect(set(owner, file, { uid: 2002, gid: 6001 })).rejects.toMatchObject(denied)
    await expect(set(owner, file, { uid: 2001, gid: 6009 })).rejects.toMatchObject(denied)
    await set(owner, file, { mode: 0o644 })
    await set(owner, file, { uid: 2001, gid: 6005 })
    await set(owner, file, { size: 4 })
    await set(owner, file, { atime: 1_000_000_000, mtime: 1_100_000_000 })
    const changed = lstatSync(join(server.disk, 'attr/f'))
    expect([changed.gid, changed.size, changed.mtimeMs]).toEqual([6005, 4, 1_100_000_000_000])
    await expect(set(owner, `${home}/attr/theirs`, { atime: 1, mtime: 1 })).rejects.toMatchObject(denied)
    await set(owner, `${home}/attr/theirs`, { size: 0 })
  })

  it('are root’s where the role has ClientRootAccess, and root is nobody where it has not', async () => {
    const root = await as('super')
    await set(root, `${home}/attr/theirs`, { mode: 0o600 })
    await set(root, `${home}/attr/theirs`, { uid: 2001, gid: 6001 })
    expect(lstatSync(join(server.disk, 'attr/theirs'))).toMatchObject({ uid: 2001, gid: 6001, mode: 0o100600 })
    await root.mkdir(`${home}/newcomer`)
    await set(root, `${home}/newcomer`, { uid: 2003, gid: 6003 })
    const nobody = await as('squashed')
    await expect(nobody.get(`${home}/attr/f`)).rejects.toMatchObject(denied)
    await expect(nobody.mkdir(`${home}/x`)).rejects.toMatchObject(denied)
  })

  it('lose the bits that lend an identity when somebody else writes', async () => {
    const owner = await as('owner')
    await owner.append(Buffer.from('y'), `${home}/attr/setid`)
    expect(lstatSync(join(server.disk, 'attr/setid')).mode & 0o7777).toBe(0o777)
  })

  it('are taken for nothing where the server is told so', async () => {
    const { id, port } = await server.newServer({
      Domain: 'EFS',
      ProtocolDetails: { SetStatOption: 'ENABLE_NO_OP' },
    })
    await server.efsUser('owner', { Uid: 2001, Gid: 6001 }, { ServerId: id, HomeDirectory: `${home}/attr` })
    const owner = await as('owner', port)
    await set(owner, `${home}/attr/f`, { mode: 0o600 })
    expect(lstatSync(join(server.disk, 'attr/f')).mode & 0o7777).toBe(0o644)
  })
})

describe('the role', () => {
  it('needs ClientMount to read and ClientWrite to write, whatever the bits say, from one call to the next', async () => {
    const profile = { Uid: isRoot ? 1500 : (process.geteuid?.() ?? 0), Gid: isRoot ? 1500 : (process.getegid?.() ?? 0) }
    server.place('role/', { uid: profile.Uid, gid: profile.Gid, mode: 0o700 })
    server.place('role/f', { uid: profile.Uid, gid: profile.Gid, mode: 0o600, text: 'f' })
    const Role = await server.role('EfsReader', clientPolicy('ClientMount'))
    await server.efsUser('reader', profile, { Role, HomeDirectory: `${home}/role` })
    await server.efsUser('s3-role', profile, { Role: await server.role('S3Only', sharedRole), HomeDirectory: home })
    const reader = await as('reader')
    expect((await reader.get('f')).toString()).toBe('f')
    await expect(reader.put(Buffer.from('x'), `${home}/role/x`)).rejects.toThrow(/[Pp]ermission denied/)
    await expect(reader.delete(`${home}/role/f`)).rejects.toMatchObject(denied)
    const grant = (policy: string) =>
      server
        .iam(server.administrator)
        .send(new PutRolePolicyCommand({ RoleName: 'EfsReader', PolicyName: 'files', PolicyDocument: policy }))
    await grant(clientPolicy('ClientMount', 'ClientWrite'))
    await reader.put(Buffer.from('x'), `${home}/role/x`)
    await grant(clientPolicy('ClientWrite'))
    await expect(reader.get('f')).rejects.toMatchObject(denied)
    expect(await reader.list('/')).toEqual([])
    await grant(clientPolicy('ClientMount'))
    expect((await reader.list('/')).map(({ name }) => name)).toEqual([fileSystem])
    const stranger = await as('s3-role')
    await expect(stranger.list(`${home}/role`)).rejects.toMatchObject(denied)
    const log = await server.activity(server.efsId)
    expect(log.findLast((record) => record.message === 'Access denied')).toMatchObject({
      decision: {
        action: 'elasticfilesystem:ClientMount',
        outcome: 'implicitDeny',
        'authorization-id': expect.anything(),
      },
    })
  })

  it('finds no other folder: not a link, not another name, not the root’s own', async () => {
    symlinkSync('/etc', join(server.disk, '../fs-00000000000000001'))
    const profile = { Uid: isRoot ? 1500 : (process.geteuid?.() ?? 0), Gid: isRoot ? 1500 : (process.getegid?.() ?? 0) }
    const Role = await server.role('EfsAll', clientPolicy('*').replace(/"Resource":"[^"]*"/, '"Resource":"*"'))
    await server.efsUser('wide', profile, { Role, HomeDirectory: home })
    const wide = await as('wide')
    for (const path of ['/fs-00000000000000001/passwd', '/fs-00000000000000002/x', '/etc/passwd', '/../etc/passwd']) {
      await expect(wide.get(path)).rejects.toThrow(/No such file/)
    }
    await expect(wide.mkdir('/fs-00000000000000003')).rejects.toThrow()
  })
})
