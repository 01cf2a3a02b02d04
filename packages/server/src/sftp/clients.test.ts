import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, run, type SftpTestServer, sshOptions, startSftpServer } from './sftp-server.test-data.ts'

/** A client that is not there skips its tests and says so; under CI that is a failure. */
function missing(name: string, command: string, args: readonly string[]): boolean {
  if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return false
  if (process.env.CI === 'true') throw new Error(`${name} is not installed`)
  process.stderr.write(`skipping ${name}: it is not installed\n`)
  return true
}

const python = process.env.SCOPEDOWN_TEST_PYTHON ?? 'python3'

let server: SftpTestServer

beforeAll(async () => {
  server = await startSftpServer()
  await server.user('erin')
  await server.put('other/secret.txt', 'secret')
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

function tree(name: string, files: number): string {
  const folder = join(server.folder, name)
  mkdirSync(join(folder, 'sub'), { recursive: true })
  for (let index = 0; index < files; index += 1)
    writeFileSync(join(folder, index % 2 ? 'sub' : '', `f${index}`), `${index}`)
  writeFileSync(join(folder, 'large'), randomBytes(5 << 20))
  return folder
}

const same = (left: string, right: string) => {
  const files = readdirSync(left, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(0)
  for (const { parentPath, name } of files) {
    const relative = join(parentPath, name).slice(left.length)
    expect(readFileSync(join(right, relative)).equals(readFileSync(join(left, relative))), relative).toBe(true)
  }
}

describe.skipIf(missing('scp', 'which', ['scp']))('scp', () => {
  it('copies both ways, and not from another’s folder', async () => {
    writeFileSync(join(server.folder, 'scp.txt'), 'by scp')
    const args = [...sshOptions, '-i', server.keyFile, '-P', String(server.port)]
    const target = 'erin@127.0.0.1:'
    expect(await run('scp', [...args, join(server.folder, 'scp.txt'), `${target}scp.txt`])).toMatchObject({ status: 0 })
    const back = join(server.folder, 'scp.back')
    expect(await run('scp', [...args, `${target}scp.txt`, back])).toMatchObject({ status: 0 })
    expect(readFileSync(back, 'utf8')).toBe('by scp')
    expect((await run('scp', [...args, `${target}/${bucket}/other/secret.txt`, back])).status).not.toBe(0)
    // The old protocol runs a command.
    expect((await run('scp', ['-O', ...args, `${target}scp.txt`, back])).status).not.toBe(0)
  })

  it('finds no shell and no command behind ssh', async () => {
    const args = [...sshOptions, '-i', server.keyFile, '-p', String(server.port), 'erin@127.0.0.1']
    expect((await run('ssh', [...args, 'id'])).status).not.toBe(0)
    expect((await run('ssh', ['-W', '127.0.0.1:22', ...args])).status).not.toBe(0)
  })
})

describe.skipIf(missing('rclone', 'rclone', ['version']))('rclone', () => {
  it('copies a tree there and back, checks it, and moves and deletes', async () => {
    const source = tree('rclone', 40)
    const config = join(server.folder, 'rclone.conf')
    writeFileSync(
      config,
      `[t]\ntype = sftp\nhost = 127.0.0.1\nport = ${server.port}\nuser = erin\nkey_file = ${server.keyFile}\nshell_type = none\nset_modtime = false\n`,
    )
    const rclone = (...args: string[]) => run('rclone', ['--config', config, ...args])
    expect(await rclone('copy', source, `t:/${bucket}/erin/tree`)).toMatchObject({ status: 0 })
    expect(await rclone('check', '--download', source, `t:/${bucket}/erin/tree`)).toMatchObject({ status: 0 })
    const back = join(server.folder, 'rclone.back')
    expect(await rclone('copy', `t:/${bucket}/erin/tree`, back)).toMatchObject({ status: 0 })
    same(source, back)
    expect(await rclone('moveto', `t:/${bucket}/erin/tree/f0`, `t:/${bucket}/erin/tree/g0`)).toMatchObject({
      status: 0,
    })
    expect(await rclone('purge', `t:/${bucket}/erin/tree`)).toMatchObject({ status: 0 })
    expect((await rclone('lsf', `t:/${bucket}/other`)).status).not.toBe(0)
  })
})

describe.skipIf(missing('lftp', 'lftp', ['--version']))('lftp', () => {
  it('mirrors a tree there and back', async () => {
    const source = tree('lftp', 12)
    const back = join(server.folder, 'lftp.back')
    const connect = `ssh -a -x ${sshOptions.join(' ')} -i ${server.keyFile}`
    const script = [
      'set cmd:fail-exit yes; set net:max-retries 1; set sftp:auto-confirm yes',
      `set sftp:connect-program "${connect}"`,
      'set ftp:use-mode-z no; set mirror:set-permissions no',
      `open -u erin, sftp://127.0.0.1:${server.port}`,
      `mirror -R --no-perms ${source} /${bucket}/erin/lftp`,
      `mirror --no-perms /${bucket}/erin/lftp ${back}`,
      'bye',
    ].join('\n')
    writeFileSync(join(server.folder, 'lftp.script'), `${script}\n`)
    const ran = await run('lftp', ['--norc', '-f', join(server.folder, 'lftp.script')])
    expect(ran.out).toBe('')
    expect(ran.status).toBe(0)
    same(source, back)
  })
})

describe.skipIf(missing('lftp', 'lftp', ['--version']))('lftp', () => {
  it('goes on with an upload where it stopped', async () => {
    const bytes = randomBytes(4 << 20)
    writeFileSync(join(server.folder, 'resumed'), bytes)
    await server.put('erin/resumed', bytes.subarray(0, 1 << 20))
    const connect = `ssh -a -x ${sshOptions.join(' ')} -i ${server.keyFile}`
    const script = [
      'set cmd:fail-exit yes; set net:max-retries 1; set sftp:auto-confirm yes',
      `set sftp:connect-program "${connect}"`,
      `open -u erin, sftp://127.0.0.1:${server.port}`,
      `put -c ${join(server.folder, 'resumed')} -o /${bucket}/erin/resumed`,
      `get /${bucket}/erin/resumed -o ${join(server.folder, 'resumed.back')}`,
      'bye',
    ].join('\n')
    writeFileSync(join(server.folder, 'resume.script'), `${script}\n`)
    const ran = await run('lftp', ['--norc', '-f', join(server.folder, 'resume.script')])
    expect(ran).toMatchObject({ status: 0 })
    expect(readFileSync(join(server.folder, 'resumed.back')).equals(bytes)).toBe(true)
  })
})

describe.skipIf(missing('paramiko', python, ['-c', 'import paramiko']))('paramiko', () => {
  it('logs in, writes, reads, lists and renames', async () => {
    const script = `
import paramiko, sys
key = paramiko.Ed25519Key.from_private_key_file(sys.argv[2])
transport = paramiko.Transport(('127.0.0.1', int(sys.argv[1])))
transport.connect(username='erin', pkey=key)
sftp = paramiko.SFTPClient.from_transport(transport)
home = '/${bucket}/erin'
with sftp.open(home + '/p.bin', 'wb') as f:
    f.set_pipelined(True)
    f.write(b'x' * 3_000_000)
assert sftp.stat(home + '/p.bin').st_size == 3_000_000
with sftp.open(home + '/p.bin', 'rb') as f:
    f.prefetch()
    assert f.read() == b'x' * 3_000_000
sftp.posix_rename(home + '/p.bin', home + '/q.bin')
assert 'q.bin' in sftp.listdir(home)
try:
    sftp.open('/${bucket}/other/secret.txt', 'rb')
    sys.exit('another folder was open')
except PermissionError:
    pass
transport.close()
`
    expect(await run(python, ['-c', script, String(server.port), server.keyFile])).toMatchObject({ status: 0 })
  })
})
