/** The SFTP side of Transfer Family: a listener for each server that is started, each on a port of its own. */

import type { Kernel } from '../kernel/kernel.ts'
import type { Credentials } from '../principals/credentials.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { transferArns } from '../services/transfer/arns.ts'
import type { Gateway, GatewayServer, ProviderTest, ProviderTestQuestion } from '../services/transfer/gateway.ts'
import { offeredHostKeys } from '../services/transfer/host-key-rows.ts'
import { topicOf } from '../services/transfer/operation.ts'
import { securityPolicy } from '../services/transfer/security-policies.ts'
import { type ServerSettings, settingsOf } from '../services/transfer/server-rows.ts'
import type { TransferTables } from '../services/transfer/tables.ts'
import { findUser } from '../services/transfer/user-rows.ts'
import type { Store } from '../store/store.ts'
import { ActivityLog, type ActivitySink } from './activity-log.ts'
import type { EfsRoot } from './efs/efs-root.ts'
import { externalAuthority } from './login/external-authority.ts'
import { LoginRefused, type SftpServerFacts } from './login/login.ts'
import { type IdentityProvider, ProviderFailure } from './login/provider.ts'
import { readAnswer } from './login/provider-answer.ts'
import { type ProviderSettings, providerOf } from './login/providers.ts'
import { serviceManaged } from './login/service-managed.ts'
import { freePort } from './ports.ts'
import { Budget } from './protocol/budget.ts'
import { defaultChannelLimits } from './protocol/sftp-channel.ts'
import type { UploadJournal } from './s3/upload-journal.ts'
import { Session, type SessionDeps, type SessionServer } from './session.ts'
import { offeredAlgorithms } from './transport/algorithms.ts'
import { FailureDelays } from './transport/failure-delays.ts'
import { defaultTransportLimits, type TransportLimits } from './transport/limits.ts'
import { SshListener } from './transport/listener.ts'

export interface GatewayOptions {
  readonly store: Store<TransferTables>
  readonly credentials: Credentials
  readonly hostKeySealer: Sealer
  readonly activity: ActivitySink
  readonly partition: string
  readonly host: string
  /** For the first server; the others get the next free ones. 0: any free port. */
  readonly firstPort: number
  readonly clock: () => number
  readonly limits: Partial<TransportLimits>
  readonly providers: ProviderSettings
  readonly uploads: UploadJournal
  /** Of the domain EFS; undefined: started without one. */
  readonly efs: EfsRoot | undefined
  /** What came of an upload whose client went away becomes an object. */
  readonly keepPartial: boolean
  readonly notice: (line: string) => void
  readonly onBug: (error: unknown) => void
}

interface Running {
  readonly listener: SshListener
  readonly port: number
  readonly server: SessionServer
}

/** Bytes that all connections together may have waiting, each way and for uploads that are small. */
const processBytes = 12 * 1024 * 1024

export class SftpGateway implements Gateway {
  readonly #options: GatewayOptions
  readonly #running = new Map<string, Running>()
  #deps: SessionDeps | undefined
  #checking: Promise<void> = Promise.resolve()

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** Listens for every server that is online. */
  async open(kernel: Kernel): Promise<void> {
    const { credentials, partition, clock, limits, notice, onBug, store, efs, keepPartial, uploads } = this.#options
    await uploads.takeBack(kernel, partition).catch(onBug)
    const transportLimits = { ...defaultTransportLimits, ...limits }
    this.#deps = {
      kernel,
      credentials,
      partition,
      clock,
      channelLimits: defaultChannelLimits,
      transportLimits,
      budgets: {
        inbound: new Budget(processBytes),
        outbound: new Budget(processBytes),
        buffered: new Budget(processBytes),
      },
      delays: new FailureDelays(clock, transportLimits.failureDelayMilliseconds),
      uploads,
      efs,
      keepPartial,
      notice,
      onBug,
    }
    const rows = await store.db.selectFrom('transfer_servers').selectAll().where('state', '=', 'ONLINE').execute()
    for (const { id, account_id: account, region } of rows) {
      try {
        const port = await this.start({ id, account, region })
        notice(`SFTP server ${id} listens on ${this.#options.host}:${port}`)
      } catch (error) {
        notice(`SFTP server ${id} cannot listen: ${String(error)}`)
      }
    }
    // Another process may have deleted a user or stopped a server.
    store.changes.onChange((topic) => {
      if (!topic.startsWith(topicOf(''))) return
      this.#checking = this.#checking.then(() => this.#recheck(topic)).catch(onBug)
    })
  }

  get offersEfs(): boolean {
    return this.#options.efs !== undefined
  }

  async start(server: GatewayServer): Promise<number> {
    const known = this.#running.get(server.id)
    if (known !== undefined) return known.port
    const { store, host, firstPort, notice } = this.#options
    const row = await store.db.selectFrom('transfer_servers').selectAll().where('id', '=', server.id).executeTakeFirst()
    if (row === undefined) throw new Error('the server is gone')
    const made = await this.#listener(server)
    const others = await store.db.selectFrom('transfer_servers').select('port').where('id', '!=', server.id).execute()
    const taken = new Set(others.flatMap(({ port }) => (port === null ? [] : [port])))
    const port = await freePort({
      listen: (port) => made.listener.listen(port),
      wanted: row.port,
      first: firstPort,
      taken,
    })
    if (row.port !== null && row.port !== port) notice(`port ${row.port} of SFTP server ${server.id} is taken`)
    if (row.port !== port) {
      await store.db.updateTable('transfer_servers').set({ port }).where('id', '=', server.id).execute()
    }
    this.#running.set(server.id, { ...made, port })
    notice(`SFTP server ${server.id} listens on ${host}:${port}`)
    return port
  }

  async #listener({ id, account, region }: GatewayServer): Promise<Omit<Running, 'port'>> {
    const deps = this.#deps
    if (deps === undefined) throw new Error('the gateway is not open')
    const { store, hostKeySealer, host, activity, partition, clock, onBug } = this.#options
    const row = await store.db.selectFrom('transfer_servers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const settings = settingsOf(row)
    const policy = securityPolicy(settings.SecurityPolicyName)
    if (policy === undefined) throw new Error(`there is no security policy ${settings.SecurityPolicyName}`)
    const keys = await offeredHostKeys(store.db, id)
    const facts: SftpServerFacts = {
      id,
      account,
      region,
      domain: settings.Domain,
      arn: transferArns({ partition, region, account }).server(id),
    }
    const log = new ActivityLog(activity, facts, clock)
    const server: SessionServer = {
      facts,
      settings,
      authority:
        settings.IdentityProviderType === 'SERVICE_MANAGED'
          ? serviceManaged(store.db, id)
          : externalAuthority({
              provider: this.#provider(facts, settings),
              serverId: id,
              domain: settings.Domain,
              methods: settings.IdentityProviderDetails?.SftpAuthenticationMethods,
            }),
      allowRsaSha1: policy.hostKeys.includes('ssh-rsa'),
      log,
      sessions: this.#running.get(id)?.server.sessions ?? new Set(),
    }
    const algorithms = offeredAlgorithms(
      policy,
      keys.map(({ type }) => type),
    )
    const listener = new SshListener({
      host,
      hostKeys: keys.map(({ sealed }) => opened(hostKeySealer, sealed)),
      algorithms,
      banner: settings.PreAuthenticationLoginBanner,
      limits: deps.transportLimits,
      connected: (connection, open) => new Session(server, deps, connection, open),
      rejected: (ip, message) => {
        const decision = { outcome: 'denied', by: 'limits' }
        log.write('CONNECTION_REJECTED', { 'source-ip': ip, message, decision })
      },
      onBug,
    })
    return { listener, server }
  }

  async stop(serverId: string): Promise<void> {
    const running = this.#running.get(serverId)
    if (running === undefined) return
    this.#running.delete(serverId)
    for (const session of running.server.sessions) session.end('the server stops')
    await running.listener.close()
  }

  endpoint(serverId: string): string | undefined {
    const running = this.#running.get(serverId)
    return running === undefined ? undefined : `${this.#options.host}:${running.port}`
  }

  /** A listener with the new settings takes the port over; sessions of before stay with what they began with. */
  async changed(serverId: string, user?: string): Promise<void> {
    const running = this.#running.get(serverId)
    if (running === undefined) return
    if (user !== undefined) {
      for (const session of running.server.sessions) if (session.userName === user) session.end('the user is gone')
      return
    }
    const { id, account, region } = running.server.facts
    const next = await this.#listener({ id, account, region })
    await running.listener.release()
    await next.listener.listen(running.port)
    this.#running.set(serverId, { ...next, port: running.port })
  }

  async #recheck(topic: string): Promise<void> {
    const { db } = this.#options.store
    for (const [id, { server }] of this.#running) {
      if (topicOf(server.facts.account) !== topic) continue
      const row = await db.selectFrom('transfer_servers').select('state').where('id', '=', id).executeTakeFirst()
      if (row === undefined || row.state === 'OFFLINE') {
        await this.stop(id)
        continue
      }
      if (server.settings.IdentityProviderType !== 'SERVICE_MANAGED') continue
      for (const session of server.sessions) {
        const { userName } = session
        if (userName !== undefined && (await findUser(db, id, userName)) === undefined) session.end('the user is gone')
      }
    }
  }

  #provider(facts: SftpServerFacts, settings: ServerSettings): IdentityProvider {
    const kernel = this.#deps?.kernel
    if (kernel === undefined) throw new Error('the gateway is not open')
    const { providers, partition } = this.#options
    return providerOf(facts, settings, {
      kernel,
      principals: this.#options.credentials,
      settings: providers,
      partition,
    })
  }

  async testProvider({ id, account, region }: GatewayServer, question: ProviderTestQuestion): Promise<ProviderTest> {
    const row = await this.#options.store.db
      .selectFrom('transfer_servers')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const settings = settingsOf(row)
    const arn = transferArns({ partition: this.#options.partition, region, account }).server(id)
    const facts: SftpServerFacts = { id, arn, account, region, domain: settings.Domain }
    const { user: userName, ...rest } = question
    try {
      const answer = await this.#provider(facts, settings)({ userName, serverId: id, ...rest })
      return { statusCode: answer.statusCode, url: answer.url, ...outcome(answer.body, settings.Domain) }
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      return { statusCode: error.statusCode, url: error.url, response: '', message: error.message }
    }
  }

  async close(): Promise<void> {
    await this.#checking
    for (const id of [...this.#running.keys()]) await this.stop(id)
    await this.#options.efs?.close()
  }
}

function opened(sealer: Sealer, sealed: string): string {
  const key = sealer.open(sealed)
  if (key === undefined) throw new Error('a host key was sealed with another master key')
  return key.toString('utf8')
}

/** Wrong credentials have a blank response. */
function outcome(body: string, domain: string): { response: string; message: string } {
  try {
    readAnswer(body, domain)
    return { response: body, message: '' }
  } catch (error) {
    if (error instanceof LoginRefused) return { response: '', message: error.message }
    throw error
  }
}
