/**
 * A session's only way out: an HTTP server on a Unix socket that hands out the runtime role's credentials and passes every
 * other request to this server's own front door. AWS SDKs reference guide, "Container credential provider".
 */

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, chown } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Gateway } from './runtime.ts'

export interface OpenGateway {
  readonly path: string
  /** For `AWS_CONTAINER_AUTHORIZATION_TOKEN`. */
  readonly token: string
  close(): Promise<void>
}

export const credentialsPath = '/v1/creds'

/** `owner`: the user id that the sandboxed code has, where it is not the server's own. */
export async function openGateway(gateway: Gateway, path: string, owner: number | undefined): Promise<OpenGateway> {
  const token = randomBytes(32).toString('hex')
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] === credentialsPath) void giveCredentials(gateway, token, request, response)
    else gateway.forward(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  await chmod(path, 0o600)
  if (owner !== undefined) await chown(path, owner, owner)
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { path, token, close }
}

async function giveCredentials(
  gateway: Gateway,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const presented = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(token)
  if (presented.length !== wanted.length || !timingSafeEqual(presented, wanted)) {
    answer(401, { code: 'InvalidToken', message: 'the Authorization header does not hold this session’s token' })
    return
  }
  try {
    answer(200, await gateway.credentials())
  } catch {
    answer(404, { code: 'NoCredentials', message: 'the runtime role gave no credentials' })
  }
}
