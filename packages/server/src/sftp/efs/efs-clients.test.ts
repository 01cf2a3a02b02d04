import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, sftp } from '../sftp-server.test-data.ts'
import { type EfsTestServer, fileSystem, isRoot, profile, startEfsServer } from './efs-server.test-data.ts'

/** A client that is not there skips its tests and says so; under CI that is a failure. */
function missing(command: string, ...args: string[]): boolean {
  if (spawnSync(command, args, { stdio: 'ignore' }).error === undefined) return false
  if (process.env.CI === 'true') throw new Error(`${command} is not installed`)
  process.stderr.write(`skipping ${command}: it is not installed\n`)
  return true
}

let server: EfsTestServer

beforeAll(async () => {
  server = await startEfsServer()
  server.place('erin/', { uid: profile.Uid, gid: profile.Gid, mode: 0o700 })
  await server.efsUser('erin', { ...profile, SecondaryGids: isRoot ? [6100] : [] })
  await server.efsUser('homeless', profile, { HomeDirectory: `/${fileSystem}/nowhere` })
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

const onDisk = (path: string) => join(server.disk, 'erin', path)
const batch = (commands: string, user = 'erin') => sftp(server, user, `${commands}\n`, server.efsPort)

describe.skipIf(missing('sftp', '-V'))('OpenSSH’s sftp on EFS', () => {
  it('puts, lists, links, renames, gets and removes', async () => {
    const bytes = randomBytes(9 << 20)
    writeFileSync(join(server.folder, 'big'), bytes, { mode: 0o640 })
    const ran = await batch('put big\nln -s big link\nrename big large\nmkdir d\nls -ln\nget large back')
    expect(ran).toMatchObject({ status: 0 })
    expect(ran.out).toMatch(
      new RegExp(`-rw-r-----\\s+\\S ${profile.Uid}\\s+${profile.Gid}\\s+${bytes.length} .* large`),
    )
    expect(readFileSync(join(server.folder, 'back')).equals(bytes)).toBe(true)
    expect(readFileSync(onDisk('large')).equals(bytes)).toBe(true)
    expect(readlinkSync(onDisk('link'))).toBe('big')
    expect(await batch('rm link\nrmdir d\nrm large')).toMatchObject({ status: 0 })
    expect(existsSync(onDisk('large'))).toBe(false)
  })

  it('keeps times and mode with put -p, goes on with reput and reget, and may not chmod', async () => {
    const bytes = randomBytes(3 << 20)
    writeFileSync(join(server.folder, 'whole'), bytes, { mode: 0o644 })
    writeFileSync(onDisk('whole'), bytes.subarray(0, 1 << 20))
    if (isRoot) expect(spawnSync('chown', [`${profile.Uid}:${profile.Gid}`, onDisk('whole')]).status).toBe(0)
    expect(await batch('reput whole')).toMatchObject({ status: 0 })
    expect(readFileSync(onDisk('whole')).equals(bytes)).toBe(true)
    writeFileSync(join(server.folder, 'part'), bytes.subarray(0, 1 << 20))
    expect(await batch('reget whole part')).toMatchObject({ status: 0 })
    expect(readFileSync(join(server.folder, 'part')).equals(bytes)).toBe(true)
    expect(await batch('put -p whole kept')).toMatchObject({ status: 0 })
    const seconds = (path: string) => Math.floor(lstatSync(path).mtimeMs / 1000)
    expect(seconds(onDisk('kept'))).toBe(seconds(join(server.folder, 'whole')))
    const refused = await batch('chmod 600 kept')
    expect(refused.status).not.toBe(0)
    expect(refused.out).toMatch(/[Pp]ermission denied/)
  })

  it('finds no home that nobody has made, as on AWS', async () => {
    const ran = await batch('ls', 'homeless')
    expect(ran.out).toMatch(/[Nn]o such file|not found/)
  })
})

describe.skipIf(missing('rclone', 'version'))('rclone on EFS', () => {
  it('syncs a tree with its times, finds nothing to do the second time, and purges it', async () => {
    const source = join(server.folder, 'tree')
    mkdirSync(join(source, 'sub'), { recursive: true })
    for (let index = 0; index < 30; index += 1)
      writeFileSync(join(source, index % 2 ? 'sub' : '', `f${index}`), `${index}`)
    const config = join(server.folder, 'rclone.conf')
    writeFileSync(
      config,
      `[t]\ntype = sftp\nhost = 127.0.0.1\nport = ${server.efsPort}\nuser = erin\nkey_file = ${server.keyFile}\nshell_type = none\n`,
    )
    const rclone = (...args: string[]) => run('rclone', ['--config', config, ...args])
    const target = `t:/${fileSystem}/erin/tree`
    expect(await rclone('sync', source, target)).toMatchObject({ status: 0 })
    expect(await rclone('check', '--download', source, target)).toMatchObject({ status: 0 })
    const again = await rclone('sync', '-v', source, target)
    expect(again.status).toBe(0)
    expect(again.out).not.toMatch(/Copied|Updated/)
    expect(await rclone('purge', target)).toMatchObject({ status: 0 })
    expect(existsSync(onDisk('tree'))).toBe(false)
  })
})
