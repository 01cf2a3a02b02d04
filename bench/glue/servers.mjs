/** The servers that are measured, each in a process of its own. */

import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

export async function startScopedown(data) {
  const module = new URL('../../packages/server/dist/index.js', import.meta.url).href
  const script = `
    const { startServer } = await import(${JSON.stringify(module)})
    const server = await startServer({ port: 0, data: ${JSON.stringify(data)} })
    console.log(JSON.stringify({ url: server.url, file: server.credentialsFile }))
    process.on('SIGTERM', () => void server.close().then(() => process.exit(0)))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))))
  const { url, file } = JSON.parse(line)
  const text = readFileSync(file, 'utf8')
  const value = (name) => new RegExp(`^${name} = (.+)$`, 'm').exec(text)?.[1] ?? ''
  const keys = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') }
  return { name: 'scopedown', url, keys, pid: child.pid, stop: () => stopped(child) }
}

/** Undefined, with the reason told, where it is not installed (`pip install 'moto[server]'`). */
export async function startMoto() {
  const check = spawnSync('python3', ['-c', 'import moto.server, flask'], { encoding: 'utf8' })
  if (check.status !== 0) {
    process.stderr.write("moto is left out: python3 cannot import moto.server (pip install 'moto[server]')\n")
    return undefined
  }
  const port = await freePort()
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    )
    if (up) break
    if (tries > 200) throw new Error('moto does not start')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }
  return { name: 'moto', url, keys, pid: child.pid, stop: () => stopped(child) }
}

function stopped(child) {
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Resident memory in MiB. */
export function memory(pid) {
  const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(pages) / 1024
}
