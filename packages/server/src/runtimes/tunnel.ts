/** One TCP address, reached through a Unix socket: all of a network that a sandbox is given. */

import { chmod, chown } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'

export interface Tunnel {
  readonly host: string
  readonly port: number
  /** Tells code where the address is inside; `{port}` is replaced there. */
  readonly environment: Readonly<Record<string, string>>
}

export interface OpenTunnel extends Tunnel {
  readonly path: string
  close(): Promise<void>
}

const patienceMs = 10_000

/** Whether anything listens at the far end, and if not, why. */
export function farEnd({ host, port }: Tunnel): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs })
    const done = (reason: string | undefined) => {
      socket.destroy()
      resolve(reason)
    }
    socket.once('connect', () => done(undefined))
    socket.once('timeout', () => done(`no answer within ${patienceMs / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.message || error.code || 'no connection'))
  })
}

/** `owner`: the user id that the sandboxed code has, where it is not the server's own. */
export async function openTunnel(tunnel: Tunnel, path: string, owner: number | undefined): Promise<OpenTunnel> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A side that breaks off takes the other with it.
    socket.on('error', () => socket.destroy())
  }
  const server = createServer((inside) => {
    const outside = connect(tunnel.port, tunnel.host)
    keep(inside)
    keep(outside)
    inside.pipe(outside).pipe(inside)
    inside.once('close', () => outside.destroy())
    outside.once('close', () => inside.destroy())
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
      for (const socket of sockets) socket.destroy()
    })
  return { ...tunnel, path, close }
}
