// OpenSSH's sshd with internal-sftp on a free port, with a configuration, a host key and an authorized key of its own.

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { listedName } from './scopedown.mjs'

export async function startOpenssh({ work, clientKey, hostKey, entries }) {
  const port = await freePort()
  const home = join(work, 'sshd-home')
  mkdirSync(join(home, 'listed'), { recursive: true })
  for (let index = 0; index < entries; index += 1) closeSync(openSync(join(home, 'listed', listedName(index)), 'w'))
  // Where it runs as root it wants this folder, empty.
  mkdirSync('/run/sshd', { recursive: true })
  const authorized = join(work, 'authorized')
  writeFileSync(authorized, readFileSync(`${clientKey}.pub`), { mode: 0o600 })
  const config = join(work, 'sshd_config')
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorized}`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'Subsystem sftp internal-sftp',
    'PidFile none',
    'MaxStartups 100',
  ]
  writeFileSync(config, `${settings.join('\n')}\n`)
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', config], { stdio: 'ignore' })
  await answering(port)
  return { name: 'sshd', pid: child.pid, port, user: userInfo().username, home, stop: () => child.kill('SIGTERM') }
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

async function answering(port) {
  for (let left = 100; left > 0; left -= 1) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('sshd does not answer')
}
