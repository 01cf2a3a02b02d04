/** One connection of a server: who it is, what it may do, and its channels. */

import { randomBytes } from 'node:crypto'
import type { Origin } from '../kernel/call.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Credentials } from '../principals/credentials.ts'
import type { ServerSettings } from '../services/transfer/server-rows.ts'
import { readPublicKey } from '../services/transfer/ssh-key.ts'
import type { ActivityLog } from './activity-log.ts'
import { backendOf } from './backends.ts'
import type { EfsRoot } from './efs/efs-root.ts'
import { LoggedFiles } from './files/logged-files.ts'
import { Authentication } from './login/authentication.ts'
import { type Authority, type Login, LoginRefused, type SftpServerFacts } from './login/login.ts'
import { SessionPrincipal } from './login/session-principal.ts'
import { PathMap } from './paths.ts'
import type { Budget } from './protocol/budget.ts'
import { type ChannelLimits, SftpChannel } from './protocol/sftp-channel.ts'
import type { UploadJournal } from './s3/upload-journal.ts'
import type { FailureDelays } from './transport/failure-delays.ts'
import type { TransportLimits } from './transport/limits.ts'
import type {
  Attempt,
  ConnectionFacts,
  ConnectionHandler,
  OpenConnection,
  SftpTransport,
  Verdict,
} from './transport/listener.ts'

export interface SessionDeps {
  readonly kernel: Kernel
  readonly credentials: Credentials
  readonly partition: string
  readonly clock: () => number
  readonly channelLimits: ChannelLimits
  readonly transportLimits: TransportLimits
  readonly budgets: { readonly inbound: Budget; readonly outbound: Budget; readonly buffered: Budget }
  readonly uploads: UploadJournal
  readonly efs: EfsRoot | undefined
  /** What came of an upload whose client went away becomes an object. */
  readonly keepPartial: boolean
  readonly delays: FailureDelays
  readonly notice: (line: string) => void
  readonly onBug: (error: unknown) => void
}

export interface SessionServer {
  readonly facts: SftpServerFacts
  readonly settings: ServerSettings
  readonly authority: Authority
  readonly allowRsaSha1: boolean
  readonly log: ActivityLog
  /** Sessions of this server, by user: for the caps, and to end those of a user who is gone. */
  readonly sessions: Set<Session>
}

export class Session implements ConnectionHandler {
  readonly #server: SessionServer
  readonly #deps: SessionDeps
  readonly #connection: ConnectionFacts
  readonly #open: OpenConnection
  readonly #log: ActivityLog
  readonly #authentication: Authentication
  readonly #sessionId = randomBytes(8).toString('hex')
  readonly #channels = new Set<SftpChannel>()
  #login: Login | undefined
  #key: string | undefined
  #principal: SessionPrincipal | undefined
  /** The server ended it: the client did not go away by itself. */
  #ended = false

  constructor(server: SessionServer, deps: SessionDeps, connection: ConnectionFacts, open: OpenConnection) {
    this.#server = server
    this.#deps = deps
    this.#connection = connection
    this.#open = open
    this.#log = server.log.session(this.#sessionId)
    this.#authentication = new Authentication({
      authority: server.authority,
      delays: deps.delays,
      ip: connection.ip,
      attempts: deps.transportLimits.authenticationAttempts,
      allowRsaSha1: server.allowRsaSha1,
      accept: (login, key) => this.#accept(login, key),
      failed: (user, method, { message, decision = { outcome: 'denied', by: 'authentication' } }) =>
        this.#log.write('AUTH_FAILURE', { user, 'source-ip': connection.ip, method, message, decision }),
      giveUp: () => open.close('too many failed attempts'),
    })
  }

  get userName(): string | undefined {
    return this.#login?.userName
  }

  authenticate(attempt: Attempt): Promise<Verdict> {
    return this.#authentication.authenticate(attempt)
  }

  async #accept(login: Login, key: string | undefined): Promise<void> {
    const { sessions, facts } = this.#server
    const { sessionsPerServer, sessionsPerUser } = this.#deps.transportLimits
    const own = [...sessions].filter(({ userName }) => userName === login.userName).length
    if (sessions.size >= sessionsPerServer || own >= sessionsPerUser) throw new LoginRefused('too many sessions')
    backendOf(facts.domain).check(login.settings.PosixProfile, this.#deps)
    const { kernel, credentials, partition } = this.#deps
    const principal = new SessionPrincipal(login, {
      kernel,
      credentials,
      server: facts,
      partition,
      origin: this.#origin(),
      sessionId: this.#sessionId,
    })
    await principal.assume()
    this.#login = login
    this.#key = key
    this.#principal = principal
    sessions.add(this)
  }

  #origin(): Origin {
    return { ip: this.#connection.ip, userAgent: 'AWSTransfer', secure: true, invokedBy: 'transfer.amazonaws.com' }
  }

  ready({ kex, ciphers }: { readonly kex: string; readonly ciphers: string }): void {
    const login = this.#login
    const principal = this.#principal
    if (login === undefined || principal === undefined) {
      this.#open.close('no login')
      return
    }
    const key = this.#key === undefined ? undefined : readPublicKey(this.#key)
    this.#log.write('CONNECTED', {
      user: login.userName,
      role: principal.roleArn,
      'home-dir': new PathMap(principal.home).logged,
      'source-ip': this.#connection.ip,
      client: `SSH-2.0-${this.#connection.client}`,
      ciphers,
      kex,
      ...(key === undefined
        ? {}
        : {
            'ssh-public-key': key.identity,
            'ssh-public-key-fingerprint': key.fingerprint,
            'ssh-public-key-type': key.type,
          }),
      decision: principal.decision,
      ...(principal.isUnrestricted && this.#server.facts.domain === 'S3' ? { 'session-policy': 'NONE' } : {}),
    })
    if (principal.isUnrestricted && login.settings.Policy !== undefined && this.#server.facts.domain === 'S3') {
      this.#deps.notice(`${login.userName} of ${this.#server.facts.id} logged in with a blank session policy`)
    }
  }

  open(transport: SftpTransport): void {
    const { channelLimits: limits, budgets, clock, onBug } = this.#deps
    const files = this.#files()
    const channel = new SftpChannel({
      channel: transport.channel,
      below: transport.below,
      files: new LoggedFiles(files, this.#log),
      limits,
      budgets,
      now: clock,
      onBug,
      onEnd: () => transport.end(),
    })
    this.#channels.add(channel)
    transport.channel.once('close', () => this.#channels.delete(channel))
  }

  #files() {
    const principal = this.#principal
    const login = this.#login
    if (principal === undefined || login === undefined) throw new Error('a channel was opened without a login')
    const { kernel, partition, clock, budgets, efs, uploads } = this.#deps
    const { facts, settings } = this.#server
    const session = {
      server: facts,
      userName: login.userName,
      posix: login.settings.PosixProfile,
      principal,
      origin: this.#origin(),
      ignoreSetStat: settings.ProtocolDetails?.SetStatOption === 'ENABLE_NO_OP',
      keepPartial: () => this.#deps.keepPartial && !this.#ended,
    }
    return backendOf(facts.domain).open(session, { kernel, partition, clock, efs, uploads, buffered: budgets.buffered })
  }

  /** Ends the connection: a user who is gone, a server that stops. */
  end(reason: string): void {
    this.#ended = true
    this.#open.close(reason)
  }

  closed(reason: string): void {
    this.#server.sessions.delete(this)
    for (const channel of this.#channels) void channel.close()
    if (this.#login === undefined) return
    this.#log.write('EXIT_REASON', { user: this.#login.userName, message: reason })
    this.#log.write('DISCONNECTED', { user: this.#login.userName, 'source-ip': this.#connection.ip })
  }
}
