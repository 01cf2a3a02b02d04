/**
 * Lambda functions as identity providers: invoked by Lambda's API at a configured endpoint, or run by this server itself, as a
 * module or a command. Lambda API reference, Invoke; User Guide, "Using AWS Lambda to integrate your identity provider".
 */

import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { type SigningCredentials, signRequest } from '@scopedown/wire'
import {
  boundedText,
  type IdentityProvider,
  longestAnswer,
  ProviderFailure,
  type ProviderQuestion,
  providerMilliseconds,
} from './provider.ts'

/** The event that a function is given. */
const eventOf = ({ userName: username, password, protocol, serverId, sourceIp }: ProviderQuestion) => ({
  username,
  password,
  protocol,
  serverId,
  sourceIp,
})

async function within<T>(task: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ProviderFailure('the identity provider did not answer in time')),
      providerMilliseconds,
    )
  })
  try {
    return await Promise.race([task, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A module that exports `handler(event)`, as on Lambda; it runs in this process, with this process's rights. */
export function moduleFunction(file: string): IdentityProvider {
  let loaded: Promise<{ handler?: unknown; default?: unknown }> | undefined
  return async (question) => {
    loaded ??= import(pathToFileURL(file).href)
    const module = await loaded.catch((error: unknown) => {
      loaded = undefined
      throw new ProviderFailure(`the module ${file} cannot be loaded: ${String(error)}`)
    })
    const handler = module.handler ?? module.default
    if (typeof handler !== 'function') throw new ProviderFailure(`the module ${file} exports no handler`)
    const answer = within(Promise.resolve().then(() => handler(eventOf(question))))
    const value = await answer.catch((error: unknown) => {
      throw error instanceof ProviderFailure ? error : new ProviderFailure(`the handler failed: ${messageOf(error)}`)
    })
    return { statusCode: 200, body: JSON.stringify(value ?? {}), url: '' }
  }
}

/**
 * A program that reads the event on its standard input and writes the answer, both JSON. No shell, no argument. Whatever it started ends
 * with it: it has a process group of its own.
 */
export function commandFunction(file: string): IdentityProvider {
  return (question) =>
    new Promise((resolve, reject) => {
      const child = spawn(file, [], { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
      const chunks: Buffer[] = []
      let size = 0
      const end = () => {
        clearTimeout(timer)
        if (child.pid === undefined) return
        try {
          process.kill(-child.pid, 'SIGKILL')
        } catch {
          // Nobody is left of the group.
        }
      }
      const fail = (message: string) => {
        end()
        child.stdout.destroy()
        reject(new ProviderFailure(message))
      }
      const timer = setTimeout(() => fail('the identity provider did not answer in time'), providerMilliseconds)
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > longestAnswer) fail(`the command ${file} answered too much`)
        else chunks.push(chunk)
      })
      child.once('error', (error) => fail(`the command ${file} cannot run: ${error.message}`))
      child.once('close', (status) => {
        if (status !== 0) return fail(`the command ${file} ended with status ${status}`)
        end()
        resolve({ statusCode: 200, body: Buffer.concat(chunks).toString('utf8'), url: '' })
      })
      // A command need not read what it is told.
      child.stdin.on('error', () => {})
      child.stdin.end(JSON.stringify(eventOf(question)))
    })
}

export interface LambdaEndpoint {
  readonly url: string
  readonly region: string
  /** Undefined: calls are not signed. */
  readonly credentials: SigningCredentials | undefined
}

export function invokedFunction(functionArn: string, endpoint: LambdaEndpoint): IdentityProvider {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`
  return async (question) => {
    const url = new URL(endpoint.url)
    const rawUrl = `${url.pathname.replace(/\/$/, '')}${path}`
    const body = JSON.stringify(eventOf(question))
    const headers = { host: url.host, 'content-type': 'application/json' }
    const { host: _, ...sent } =
      endpoint.credentials === undefined
        ? headers
        : signRequest({ method: 'POST', rawUrl, headers, body }, endpoint.credentials, {
            region: endpoint.region,
            service: 'lambda',
            now: Date.now(),
          })
    const response = await fetch(new URL(rawUrl, url), {
      method: 'POST',
      headers: sent,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(providerMilliseconds),
    }).catch((error: unknown) => {
      throw new ProviderFailure(`Lambda cannot be reached: ${messageOf(error)}`)
    })
    const text = await boundedText(response, '')
    if (response.status !== 200) throw new ProviderFailure(`Lambda answered ${response.status}`, response.status)
    if (response.headers.has('x-amz-function-error')) throw new ProviderFailure('the function failed')
    return { statusCode: 200, body: text, url: '' }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
