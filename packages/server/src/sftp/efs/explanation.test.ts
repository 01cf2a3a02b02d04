import { chmodSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainTransfer, type FileOperation } from '../../transfer-explain.ts'
import {
  clientPolicy,
  type EfsTestServer,
  fileSystem,
  fileSystemArn,
  isRoot,
  profile,
  startEfsServer,
} from './efs-server.test-data.ts'

let server: EfsTestServer
const { Uid: uid, Gid: gid } = profile
const who = `uid ${uid}, gid ${gid}`

beforeAll(async () => {
  server = await startEfsServer()
  server.place('ann/', { uid, gid, mode: 0o755 })
  server.place('ann/own.txt', { uid, gid, mode: 0o640, text: 'mine' })
  server.place('ann/read-only.txt', { uid, gid, mode: 0o440, text: 'kept' })
  server.place('ann/shut/', { uid, gid, mode: 0o755 })
  server.place('ann/shut/file', { uid, gid, mode: 0o644 })
  chmodSync(join(server.disk, 'ann/shut'), 0o600)
  symlinkSync('../../../etc/passwd', join(server.disk, 'ann/out'))
  symlinkSync('shut/file', join(server.disk, 'ann/into-shut'))
  await server.efsUser('ann', profile)
  const Role = await server.role('EfsReader', clientPolicy('ClientMount'))
  await server.efsUser('reader', profile, { Role, HomeDirectory: `/${fileSystem}/ann` })
  await server.efsUser('mapped', profile, {
    HomeDirectory: undefined,
    HomeDirectoryType: 'LOGICAL',
    HomeDirectoryMappings: [{ Entry: '/files', Target: `/${fileSystem}/ann`, Type: 'DIRECTORY' }],
  })
})
afterAll(() => server.remove())

const explain = (user: string, path: string, operation: FileOperation) =>
  explainTransfer({ data: server.data, efsRoot: join(server.disk, '..') }, { user, path, operation })

describe('transfer explain on EFS', () => {
  it('allows what role and bits allow, naming both', async () => {
    const { outcome, place, reason, questions } = await explain('ann', 'own.txt', 'get')
    expect({ outcome, place }).toEqual({ outcome: 'allowed', place: `/${fileSystem}/ann/own.txt` })
    expect(reason).toBe(`permission bits: all on the way allow ${who}`)
    expect(questions).toMatchObject([
      { action: 'elasticfilesystem:ClientMount', resource: fileSystemArn, explanation: { outcome: 'allowed' } },
    ])
  })

  it.each(['file', 'deeper/file'])('names the directory on the way that stops it: shut/%s', async (below) => {
    const { outcome, reason, questions } = await explain('ann', `shut/${below}`, 'get')
    expect(outcome).toBe('denied')
    expect(reason).toBe(
      `permission bits: /${fileSystem}/ann/shut is drw-------, of ${uid}:${gid}; owner has no x, needed to search: ${who}`,
    )
    expect(questions.map(({ explanation }) => explanation.outcome)).toEqual(['allowed'])
  })

  it('names the file where its own bits stop it', async () => {
    const { outcome, reason } = await explain('ann', 'read-only.txt', 'put')
    expect({ outcome, reason }).toEqual({
      outcome: 'denied',
      reason: `permission bits: /${fileSystem}/ann/read-only.txt is -r--r-----, of ${uid}:${gid}; owner has no w, needed to write: ${who}`,
    })
  })

  it('leaves it to the engine to say what the role lacks', async () => {
    const { outcome, reason, questions } = await explain('reader', 'own.txt', 'put')
    expect({ outcome, reason }).toEqual({ outcome: 'denied', reason: undefined })
    expect(questions).toMatchObject([
      {
        action: 'elasticfilesystem:ClientWrite',
        explanation: { outcome: 'implicitDeny', stillNeeded: ['identity'] },
      },
    ])
    expect((await explain('reader', 'own.txt', 'get')).outcome).toBe('allowed')
  })

  it('says what the home decides by itself, asking nobody', async () => {
    const outside = { outcome: 'denied', reason: 'home mapping: no mapping leads there', questions: [] }
    expect(await explain('mapped', '/elsewhere/own.txt', 'get')).toMatchObject(outside)
    expect(await explain('mapped', '/files/own.txt', 'get')).toMatchObject({ outcome: 'allowed' })
  })

  it('follows links as a session does: within by the inode they reach, never out', async () => {
    expect((await explain('ann', 'into-shut', 'get')).reason).toContain(`/${fileSystem}/ann/shut is drw-------`)
    const out = await explain('ann', 'out', 'get')
    expect(out).toMatchObject({ outcome: 'denied', reason: expect.stringMatching(/^link: .* out of the file system/) })
  })

  it.skipIf(!isRoot)('counts secondary groups, and root as nobody where the role does not make it root', async () => {
    server.place('team/', { uid: 0, gid: 7001, mode: 0o750 })
    server.place('team/plan', { uid: 0, gid: 7001, mode: 0o640 })
    const at = { HomeDirectory: `/${fileSystem}/team` }
    await server.efsUser('member', { ...profile, SecondaryGids: [7000, 7001] }, at)
    await server.efsUser('stranger', { ...profile, SecondaryGids: [7000] }, at)
    await server.efsUser('squashed', { Uid: 0, Gid: 0 }, at)
    expect((await explain('member', 'plan', 'get')).outcome).toBe('allowed')
    expect((await explain('member', 'new', 'mkdir')).reason).toContain('is drwxr-x---, of 0:7001; group has no w')
    expect((await explain('stranger', 'plan', 'get')).reason).toBe(
      `permission bits: /${fileSystem}/team is drwxr-x---, of 0:7001; other has no x, needed to search: ${who}, secondary gids 7000`,
    )
    const { reason, questions } = await explain('squashed', 'plan', 'get')
    expect(reason).toMatch(/other has no x.*uid 65534, gid 65534$/)
    expect(questions.map(({ action }) => action.split(':')[1])).toEqual(['ClientMount', 'ClientRootAccess'])
  })

  it('does nothing to what is there, whatever it allows', async () => {
    const state = () =>
      readdirSync(join(server.disk, 'ann')).map((name) => [name, lstatSync(join(server.disk, 'ann', name)).ctimeMs])
    const before = state()
    for (const [path, operation] of [
      ['new.txt', 'put'],
      ['own.txt', 'put'],
      ['new', 'mkdir'],
      ['own.txt', 'delete'],
    ] as const) {
      expect(await explain('ann', path, operation)).toMatchObject({ outcome: 'allowed' })
    }
    expect(await explain('ann', 'own.txt', 'mkdir')).toMatchObject({ reason: 'file system: The file is there already' })
    expect(await explain('ann', 'none', 'get')).toMatchObject({ reason: 'file system: No such file or directory' })
    expect(state()).toEqual(before)
    expect(readFileSync(join(server.disk, 'ann/own.txt'), 'utf8')).toBe('mine')
  })

  it('needs to know where the file systems lie', async () => {
    await expect(explainTransfer({ data: server.data }, { user: 'ann', path: '.', operation: 'list' })).rejects.toThrow(
      '--efs-root',
    )
  })
})
