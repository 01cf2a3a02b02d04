/**
 * The one place that knows the SSH library: accepts connections, bounds them, and hands over authentication requests and raw
 * `sftp` channels. RFC 4252, RFC 4253, RFC 4254. Everything but the `sftp` subsystem is refused: no listener, no shell, no exec,
 * no forwarding.
 */

import { createServer, type Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Algorithms, type AuthContext, type Connection } from 'ssh2'
import type { TransportLimits } from './limits.ts'

export interface PublicKeyOffer {
  readonly method: 'publickey'
  readonly userName: string
  /** `ssh-ed25519 AAAA…` */
  readonly identity: string
  /** Undefined: the client only asks whether the key would do. */
  readonly signed: { readonly data: Buffer; readonly signature: Buffer; readonly hash: string | undefined } | undefined
}

export type Attempt =
  | PublicKeyOffer
  | { readonly method: 'password'; readonly userName: string; readonly password: string }
  | { readonly method: 'none' | 'other'; readonly userName: string }

export type Verdict =
  | { readonly kind: 'accepted' }
  /** The key would do; or a first factor was right. */
  | { readonly kind: 'keyWouldDo' }
  | { readonly kind: 'next'; readonly methods: readonly ('publickey' | 'password')[] }
  | { readonly kind: 'refused'; readonly methods: readonly ('publickey' | 'password')[] }

export interface ConnectionFacts {
  readonly ip: string
  /** The client's software, from its first line. */
  readonly client: string
}

/** One connection, from the side that decides. */
export interface ConnectionHandler {
  authenticate(attempt: Attempt): Promise<Verdict>
  ready(algorithms: { readonly kex: string; readonly ciphers: string }): void
  /** A new `sftp` channel. */
  open(channel: SftpTransport): void
  closed(reason: string): void
}

export interface SftpTransport {
  readonly channel: Duplex
  readonly below: { readonly waiting: () => number; readonly onDrain: (listener: () => void) => () => void }
  /** Exit status 0, then the end of the channel. */
  end(): void
}

export interface OpenConnection {
  close(reason: string): void
}

export interface ListenerOptions {
  readonly host: string
  readonly hostKeys: readonly string[]
  readonly algorithms: Algorithms
  readonly banner: string | undefined
  readonly limits: TransportLimits
  readonly connected: (facts: ConnectionFacts, connection: OpenConnection) => ConnectionHandler
  readonly rejected: (ip: string, reason: string) => void
  readonly onBug: (error: unknown) => void
}

const tidySeconds = 5

export class SshListener {
  readonly #options: ListenerOptions
  readonly #net: NetServer
  readonly #ssh: InstanceType<typeof ssh2.Server>
  readonly #sockets = new Map<Socket, string>()
  readonly #waiting = new Map<string, number>()
  readonly #onReady = new WeakMap<Socket, () => void>()

  constructor(options: ListenerOptions) {
    this.#options = options
    const { hostKeys, algorithms, banner, limits } = options
    this.#ssh = new ssh2.Server({
      hostKeys: [...hostKeys],
      algorithms,
      ident: 'Scopedown',
      ...(banner ? { banner } : {}),
      keepaliveInterval: Math.floor(limits.unresponsiveMilliseconds / 3),
      keepaliveCountMax: 2,
    })
    this.#ssh.on('connection', (connection: Connection, info) => {
      const socket = socketOf(connection)
      const client = info.header.versions.software ?? ''
      this.#serve(connection, socket, { ip: this.#sockets.get(socket) ?? '', client })
    })
    this.#net = createServer((socket) => this.#accept(socket))
    this.#net.on('error', (error) => options.onBug(error))
  }

  /** Answers the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#net.once('error', reject)
      this.#net.listen(port, this.#options.host, () => {
        this.#net.off('error', reject)
        const address = this.#net.address()
        resolve(typeof address === 'object' && address !== null ? address.port : port)
      })
    })
  }

  /** Takes no new connections; those that are there stay. Resolves when the port is free. */
  release(): Promise<void> {
    return new Promise((resolve) => {
      // The callback of `close` waits for the connections; the port is free as soon as the handle is closed.
      this.#net.close()
      setImmediate(resolve)
    })
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#net.close(() => resolve()))
    for (const socket of this.#sockets.keys()) socket.destroy()
    await closed
  }

  #accept(socket: Socket): void {
    const { limits, rejected } = this.#options
    const ip = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const total = [...this.#waiting.values()].reduce((sum, count) => sum + count, 0)
    const here = this.#waiting.get(ip) ?? 0
    if (total >= limits.unauthenticated || here >= limits.unauthenticatedPerAddress) {
      socket.destroy()
      rejected(ip, 'too many connections that have not authenticated')
      return
    }
    this.#sockets.set(socket, ip)
    this.#waiting.set(ip, here + 1)
    const leave = () => this.#leave(socket)
    const grace = setTimeout(() => socket.destroy(), limits.loginMilliseconds)
    socket.once('close', () => {
      clearTimeout(grace)
      leave()
      this.#sockets.delete(socket)
    })
    this.#onReady.set(socket, () => {
      clearTimeout(grace)
      leave()
    })
    socket.on('error', () => {})
    // Off by default, which halves uploads.
    socket.setNoDelay(true)
    gather(socket)
    this.#ssh.injectSocket(socket)
  }

  /** Once per socket: no longer among those that have not authenticated. */
  #leave(socket: Socket): void {
    if (left.has(socket)) return
    left.add(socket)
    const ip = this.#sockets.get(socket) ?? ''
    const count = (this.#waiting.get(ip) ?? 1) - 1
    if (count > 0) this.#waiting.set(ip, count)
    else this.#waiting.delete(ip)
  }

  #serve(connection: Connection, socket: Socket, facts: ConnectionFacts): void {
    const { limits, onBug, connected } = this.#options
    let reason = 'the client left'
    let algorithms = { kex: '', ciphers: '' }
    let closing = false
    const close = (why: string) => {
      if (closing) return
      closing = true
      reason = why
      connection.end()
      setTimeout(() => socket.destroy(), tidySeconds * 1000).unref()
    }
    const handler = connected(facts, { close })
    // A client that does not answer does not close its side either: the library would wait for it.
    connection.on('error', (error: Error) => close(error.message))
    connection.on('handshake', (negotiated) => {
      algorithms = { kex: negotiated.kex, ciphers: `${negotiated.cs.cipher},${negotiated.sc.cipher}` }
    })
    connection.on('authentication', (context: AuthContext) => {
      void this.#authenticate(context, handler).catch((error: unknown) => {
        onBug(error)
        context.reject()
      })
    })
    connection.on('ready', () => {
      this.#onReady.get(socket)?.()
      handler.ready(algorithms)
    })
    let channels = 0
    const activity = { last: Date.now() }
    connection.on('session', (accept, reject) => {
      if (channels >= limits.channelsPerConnection) {
        reject()
        return
      }
      const session = accept()
      session.on('error', () => {})
      session.on('subsystem', (acceptChannel, rejectChannel, { name }) => {
        if (name !== 'sftp' || channels >= limits.channelsPerConnection) {
          rejectChannel?.()
          return
        }
        channels += 1
        const channel = acceptChannel() as unknown as Duplex & { exit(code: number): void }
        channel.once('close', () => {
          channels -= 1
        })
        handler.open({ channel, below: below(socket), end: () => endChannel(channel) })
        channel.on('data', () => {
          activity.last = Date.now()
        })
      })
    })
    const stopTimers = this.#watch(connection, socket, activity, () => close('the connection was idle'))
    socket.once('close', () => {
      stopTimers()
      handler.closed(reason)
    })
  }

  async #authenticate(context: AuthContext, handler: ConnectionHandler): Promise<void> {
    const verdict = await handler.authenticate(attemptOf(context))
    if (verdict.kind === 'accepted' || verdict.kind === 'keyWouldDo') context.accept()
    else context.reject([...verdict.methods], verdict.kind === 'next')
  }

  /** Idle connections end; keys are renewed by bytes and by time, which the library does not do by itself. */
  #watch(connection: Connection, socket: Socket, activity: { readonly last: number }, idle: () => void): () => void {
    const { idleMilliseconds, rekeyBytes, rekeyMilliseconds } = this.#options.limits
    let keyedAt = Date.now()
    let keyedBytes = 0
    const timer = setInterval(() => {
      const now = Date.now()
      const bytes = socket.bytesRead + socket.bytesWritten
      // Keepalives are bytes too: only requests count as a sign of life.
      if (now - activity.last >= idleMilliseconds) idle()
      if (bytes - keyedBytes < rekeyBytes && now - keyedAt < rekeyMilliseconds) return
      keyedBytes = bytes
      keyedAt = now
      connection.rekey()
    }, 1000)
    timer.unref()
    return () => clearInterval(timer)
  }
}

const left = new WeakSet<Socket>()

/** The library keeps the socket of a connection to itself. */
function socketOf(connection: Connection): Socket {
  return (connection as unknown as { readonly _sock: Socket })._sock
}

function below(socket: Socket): SftpTransport['below'] {
  return {
    waiting: () => socket.writableLength,
    onDrain: (listener) => {
      socket.on('drain', listener)
      return () => socket.off('drain', listener)
    },
  }
}

/** While these are on their way the next ones are made, and they are still in the processor's cache. */
const gatheredBytes = 512 * 1024

/**
 * The library writes each packet by itself, 32 KiB at most, and wakes the client for each. What one turn of the event loop makes
 * goes out at once, or in a few large pieces.
 */
function gather(socket: Socket): void {
  const write = socket.write
  let gathering = false
  const release = () => {
    gathering = false
    socket.uncork()
  }
  socket.write = ((...args: Parameters<Socket['write']>) => {
    if (!gathering) {
      gathering = true
      socket.cork()
      process.nextTick(release)
    }
    const more = write.apply(socket, args)
    if (socket.writableLength >= gatheredBytes) {
      socket.uncork()
      socket.cork()
    }
    return more
  }) as Socket['write']
}

function endChannel(channel: Duplex & { exit(code: number): void }): void {
  channel.exit(0)
  channel.end()
}

function attemptOf(context: AuthContext): Attempt {
  const { username: userName } = context
  if (context.method === 'password') return { method: 'password', userName, password: context.password }
  if (context.method !== 'publickey') return { method: context.method === 'none' ? 'none' : 'other', userName }
  const { key, blob, signature, hashAlgo } = context
  return {
    method: 'publickey',
    userName,
    identity: `${key.algo} ${key.data.toString('base64')}`,
    signed: signature === undefined || blob === undefined ? undefined : { data: blob, signature, hash: hashAlgo },
  }
}
