/** The composition root: the one place that knows every service. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AuditLog } from './audit/audit-log.ts'
import { AuditReader } from './audit/audit-reader.ts'
import { Denials, type DenialTables } from './audit/denials.ts'
import { makeDataFolder } from './data-folder.ts'
import { ensureAccount, ensureAdministrator, opensSecrets } from './first-start.ts'
import { Authenticator } from './http/authenticate.ts'
import { awsJson } from './http/aws-json.ts'
import { awsQuery } from './http/aws-query.ts'
import { defaultLimits } from './http/limits.ts'
import { OwnPages } from './http/own-pages.ts'
import { restJson } from './http/rest-json.ts'
import { restXml } from './http/rest-xml.ts'
import { protocolOf } from './http/route.ts'
import { HttpServer } from './http/server.ts'
import { startJanitor } from './janitor.ts'
import { Kernel } from './kernel/kernel.ts'
import { OptionError } from './kernel/option-error.ts'
import { PolicyCache } from './kernel/policy-cache.ts'
import { Programs } from './kernel/programs.ts'
import { bind, Registry } from './kernel/service.ts'
import { Callers } from './principals/callers.ts'
import { Credentials, SessionTokens } from './principals/credentials.ts'
import { EntityPolicies } from './principals/entity-policies.ts'
import { LastUsed } from './principals/last-used.ts'
import { loadManagedPolicies } from './principals/managed-policies.ts'
import type { IdentityTables } from './principals/tables.ts'
import { type ChosenRuntime, chooseRuntime } from './runtimes/choose.ts'
import { emptySessionFolders } from './runtimes/session-folder.ts'
import { schemaSteps } from './schema.ts'
import { loadMasterKey } from './secrets/master-key.ts'
import { Sealer } from './secrets/sealer.ts'
import { RuntimeJobs } from './services/glue/executions/runtime-jobs.ts'
import { ResourceFactsCache } from './services/glue/resource-facts.ts'
import { Scheduler } from './services/glue/resources/scheduler.ts'
import { glueService } from './services/glue/service.ts'
import { SessionHost } from './services/glue/sessions/session-host.ts'
import { sessionSettingsOf } from './services/glue/sessions/settings.ts'
import { defaultGlueSwitches, type GlueSwitches } from './services/glue/switches.ts'
import type { GlueTables } from './services/glue/tables.ts'
import { iamService } from './services/iam/service.ts'
import { iamToolboxService } from './services/iam-toolbox/service.ts'
import { startS3 } from './services/s3/start.ts'
import { scopedownService } from './services/scopedown/service.ts'
import { secretsManagerService } from './services/secretsmanager/service.ts'
import type { SecretTables } from './services/secretsmanager/tables.ts'
import { stsService } from './services/sts/service.ts'
import { transferService } from './services/transfer/service.ts'
import type { TransferTables } from './services/transfer/tables.ts'
import { ActivityFiles } from './sftp/activity-log.ts'
import { EfsRoot } from './sftp/efs/efs-root.ts'
import { SftpGateway } from './sftp/gateway.ts'
import { UploadJournal } from './sftp/s3/upload-journal.ts'
import { type StartOptions, settingsOf } from './start-options.ts'
import { openStore } from './store/store.ts'

export interface RunningServer {
  /** `http://127.0.0.1:4566` */
  readonly url: string
  /** The administrator's access key, in the aws CLI's format, mode 0600. */
  readonly credentialsFile: string
  /** For calls from inside the process: gateways, and tests. */
  readonly kernel: Kernel
  /** Whether this start made the administrator. */
  readonly firstStart: boolean
  /** Drains: no new request, those under way are finished, everything recorded is written. */
  close(): Promise<void>
}

const partition = 'aws'
const drainMilliseconds = 10_000
const packedPolicyLimit = 2048
// Data, not code: the same folder whether this runs from `src` or from `dist`.
const managedPolicies = fileURLToPath(new URL('../src/services/iam/managed-policies/', import.meta.url))

/**
 * Starts a server. Options (all optional): `port`, `host`, `data`, `account`, `region`, `databaseUrl`, `rootAccessKeys`
 * (`ID:SECRET[:ACCOUNT]`), `log`; see `StartOptions` for their defaults. Throws `OptionError` for one that cannot be used.
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const settings = settingsOf(options)
  const { data, region, account, log } = settings
  const sessionSettings = sessionSettingsOf(options.sessions)
  const clock = Date.now
  makeDataFolder(data)
  const masterKey = loadMasterKey(join(data, 'master.key'))
  const keySealer = new Sealer(masterKey, 'secret access key')
  const store = (
    await openStore({
      location: settings.databaseUrl ?? join(data, 'scopedown.db'),
      steps: schemaSteps,
    })
  ).as<IdentityTables>()

  if (!(await opensSecrets(store, keySealer))) {
    await store.close()
    throw new OptionError('the secrets in this database were sealed with another master key')
  }
  const credentialsFile = join(data, 'credentials')
  const time = clock()
  for (const id of new Set([account, ...settings.rootAccessKeys.map((key) => key.account)])) {
    await ensureAccount(store, id, time)
  }
  const firstStart = await ensureAdministrator(store, keySealer, { account, region, time, file: credentialsFile })

  const policyCache = new PolicyCache()
  const awsManaged = loadManagedPolicies(managedPolicies)
  const policies = new EntityPolicies(store.db, policyCache, awsManaged)
  const callers = new Callers(store.db, policies, partition)
  const credentials = new Credentials(store.db, callers, keySealer, settings.rootAccessKeys, store.changes)
  const tokens = new SessionTokens(new Sealer(masterKey, 'session token'))
  const messageSealer = new Sealer(masterKey, 'authorization message')
  const denials = new Denials(store.as<DenialTables>())
  const auditFolder = join(data, 'audit')
  const audit = new AuditLog({
    folder: auditFolder,
    denials,
    onError: (error) => log(`the audit log cannot be written, callers may have to wait: ${String(error)}`),
  })

  const unwritten = (what: string) => (error: unknown) => log(`${what}: ${String(error)}`)
  const lastUsed = new LastUsed(store.db, unwritten('the last use of access keys cannot be written'))
  const stopJanitor = startJanitor(store.db, denials, clock, unwritten('expired records cannot be cleared away'))

  const shared = { store, policies, policyCache, keySealer, partition, region }
  const glueStore = store.as<IdentityTables & GlueTables>()
  const glue: GlueSwitches = { ...defaultGlueSwitches, ...options.glue }
  let chosen: Promise<ChosenRuntime> | undefined
  const sessionFolders = join(data, 'run')
  await emptySessionFolders(sessionFolders)
  const runtime = () =>
    (chosen ??= chooseRuntime({
      ...sessionSettings,
      wanted: sessionSettings.runtime,
      folder: sessionFolders,
      cache: join(data, 'cache'),
    }))
  const sessions = new SessionHost({
    store: glueStore,
    nameFile: join(data, 'server-name'),
    runtime: async () => (await runtime()).runtime,
    settings: sessionSettings,
    clock,
    onBug: (error) => log(`a session went wrong: ${describe(error)}`),
  })
  const s3 = await startS3({
    ...shared,
    clock,
    data,
    hostSuffixes: settings.s3HostSuffixes,
    log,
    upstream: settings.upstream,
    upstreamCredentials: settings.upstreamCredentials,
  })
  const onSftpError = (error: unknown) => log(`the SFTP gateway went wrong: ${describe(error)}`)
  const activity = new ActivityFiles(join(data, 'transfer'), clock, onSftpError)
  const transferStore = store.as<TransferTables>()
  const hostKeySealer = new Sealer(masterKey, 'host key')
  const notice = options.announce ?? (() => {})
  const sftp = new SftpGateway({
    store: transferStore,
    credentials,
    hostKeySealer,
    activity,
    partition,
    host: settings.host,
    firstPort: settings.sftpPort,
    clock,
    limits: options.sftpLimits ?? {},
    providers: options.sftpProviders ?? {},
    uploads: new UploadJournal(join(data, 'uploads')),
    efs: options.efsRoot === undefined ? undefined : await EfsRoot.open(options.efsRoot, settings.account),
    keepPartial: options.sftpPartialUploads === 'keep',
    notice,
    onBug: onSftpError,
  })
  const registry = new Registry([
    bind(transferService, { store: transferStore, hostKeySealer, gateway: sftp, partition, region, notice }),
    s3.service,
    bind(secretsManagerService, {
      store: store.as<SecretTables>(),
      secretSealer: new Sealer(masterKey, 'secret value'),
    }),
    bind(iamService, { ...shared, credentials, awsManaged, lastUsed }),
    bind(glueService, {
      ...shared,
      store: glueStore,
      facts: new ResourceFactsCache(glueStore, policyCache),
      sessions,
      switches: glue,
      connectionSealer: new Sealer(masterKey, 'glue connection'),
    }),
    bind(iamToolboxService, { denials, settleDenials: () => audit.flush() }),
    bind(scopedownService, { denials, audit, calls: new AuditReader(auditFolder), partition, region }),
    bind(stsService, {
      ...shared,
      credentials,
      messageSealer,
      tokens,
      denials,
      settleDenials: () => audit.flush(),
      packedPolicyLimit,
    }),
  ])
  let url = ''
  const kernel = new Kernel({
    registry,
    programs: new Programs(),
    events: audit,
    messages: {
      policyArnInMessage: true,
      authorizationIdInMessage: true,
      encodedMessage: undefined,
      url: (id) => `${url}/_scopedown/authorizations/${id}`,
    },
    region,
    clock,
  })
  const protocols = { awsJson, awsQuery, restJson, restXml }
  const server = new HttpServer({
    host: settings.host,
    port: settings.port,
    kernel,
    authenticator: new Authenticator(credentials, tokens, lastUsed, region),
    protocolOf: (request, head) => protocols[protocolOf(registry, request, head)],
    limits: defaultLimits,
    pages: new OwnPages(),
    onBug: (error, requestId) => log(`internal failure of request ${requestId}: ${describe(error)}`),
  })
  await sessions.open({ kernel, forward: server.listener })
  const scheduler = new Scheduler({
    deps: { store: glueStore },
    runner: new RuntimeJobs({
      kernel,
      store: glueStore,
      credentials,
      partition,
      forward: server.listener,
      runtime: async () => (await runtime()).runtime,
      settings: sessionSettings,
      logs: join(data, 'job-logs'),
    }),
    clock,
    onError: (error) => log(`a schedule or a run of Glue could not be moved on: ${describe(error)}`),
  })
  scheduler.start()
  url = await server.listen()
  await sftp.open(kernel)
  void runtime().then(({ says }) => options.announce?.(says))

  return {
    url,
    kernel,
    credentialsFile,
    firstStart,
    close: async () => {
      await sftp.close()
      await activity.flush()
      audit.releaseReaders()
      await scheduler.stop()
      await sessions.close()
      await (await chosen)?.runtime.close?.()
      await server.close(drainMilliseconds)
      await s3.close()
      stopJanitor()
      await audit.close()
      await lastUsed.close()
      await store.close()
    },
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
