/** A server in a process of its own, for tests that kill it. Runs the built code: the bundle, which starts sooner, if it is of this build. */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleTime, compiledTime } from '../../../cli/bin/bundle.js'
import type { StartOptions } from '../start-options.ts'

const dist = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url))

function builtServer(): string {
  const compiled = dist('index.js')
  if (!existsSync(compiled)) throw new Error('the server is not built: run `npm run build` first')
  // One build makes the server's bundle and the command's.
  return bundleTime() > compiledTime() ? dist('bundle/index.js') : compiled
}

export interface ChildServer {
  readonly url: string
  readonly credentialsFile: string
  readonly process: ChildProcess
  kill(signal: NodeJS.Signals): Promise<void>
}

export async function startChildServer(options: StartOptions): Promise<ChildServer> {
  return prepareChildServer(options)()
}

/** The process loads its code at once and starts the server when it is told to: one loads while another still works. */
export function prepareChildServer(options: StartOptions): () => Promise<ChildServer> {
  const script = `
    const { startServer } = await import(${JSON.stringify(builtServer())})
    await new Promise((resolve) => process.stdin.once('data', resolve))
    process.stdin.destroy()
    const server = await startServer(${JSON.stringify({ port: 0, ...options })})
    process.once('SIGTERM', () => server.close().then(() => process.exit(0)))
    console.log(JSON.stringify({ url: server.url, credentialsFile: server.credentialsFile }))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  return async () => {
    const line = await new Promise<string>((resolve, reject) => {
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const end = text.indexOf('\n')
        if (end !== -1) resolve(text.slice(0, end))
      })
      void exited.then(() => reject(new Error(`the server did not start: ${errors}`)))
      child.stdin.write('start')
    })
    const { url, credentialsFile } = JSON.parse(line) as { url: string; credentialsFile: string }
    return {
      url,
      credentialsFile,
      process: child,
      kill: async (signal) => {
        child.kill(signal)
        await exited
      },
    }
  }
}
