/**
 * What would happen to a user of Transfer Family, and why: the session as a login would make it, asked without doing anything.
 * Works beside a running server, on the same store.
 */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Explanation } from '@scopedown/engine'
import { Denials, type DenialTables } from './audit/denials.ts'
import type { Origin } from './kernel/call.ts'
import type { Verdict } from './kernel/enforce.ts'
import { Kernel } from './kernel/kernel.ts'
import { OptionError } from './kernel/option-error.ts'
import { PolicyCache } from './kernel/policy-cache.ts'
import { Programs } from './kernel/programs.ts'
import { bind, Registry } from './kernel/service.ts'
import { Callers } from './principals/callers.ts'
import { Credentials, SessionTokens } from './principals/credentials.ts'
import { EntityPolicies } from './principals/entity-policies.ts'
import { loadManagedPolicies } from './principals/managed-policies.ts'
import type { IdentityTables } from './principals/tables.ts'
import { schemaSteps } from './schema.ts'
import { loadMasterKey } from './secrets/master-key.ts'
import { Sealer } from './secrets/sealer.ts'
import { startS3 } from './services/s3/start.ts'
import { stsService } from './services/sts/service.ts'
import { transferArns } from './services/transfer/arns.ts'
import type { TransferDb } from './services/transfer/operation.ts'
import { settingsOf as serverSettings } from './services/transfer/server-rows.ts'
import type { TransferTables } from './services/transfer/tables.ts'
import { findUser, userSettingsOf } from './services/transfer/user-rows.ts'
import type { PosixProfile } from './services/transfer/user-settings.ts'
import { identityOf } from './sftp/backends.ts'
import { EfsRoot } from './sftp/efs/efs-root.ts'
import { explainOnEfs } from './sftp/efs/explanation.ts'
import type { FileOperation } from './sftp/file-operations.ts'
import { LoginRefused } from './sftp/login/login.ts'
import { SessionPrincipal } from './sftp/login/session-principal.ts'
import { PathMap, type Place, pathText } from './sftp/paths.ts'
import { questionsOf } from './sftp/s3/operation-questions.ts'
import { type StartOptions, settingsOf } from './start-options.ts'
import { openStore } from './store/store.ts'

export { type FileOperation, fileOperations } from './sftp/file-operations.ts'

export interface TransferQuestion {
  /** Where several servers have a user of that name: which one. */
  readonly serverId?: string | undefined
  readonly user: string
  /** As the client would send it; relative to the home. */
  readonly path: string
  readonly operation: FileOperation
}

export interface TransferExplanation {
  readonly serverId: string
  readonly user: string
  /** Absolute, as the client sees it, and the place behind it (`/bucket/key`), where there is one. */
  readonly path: string
  readonly place: string | undefined
  readonly outcome: 'allowed' | 'denied'
  /** What no policy says: the home directory, why there is no login, or on EFS the permission bits. */
  readonly reason: string | undefined
  readonly questions: readonly AskedPolicies[]
}

interface AskedPolicies {
  readonly action: string
  readonly resource: string
  readonly explanation: Explanation
}

const partition = 'aws'
const managedPolicies = fileURLToPath(new URL('../src/services/iam/managed-policies/', import.meta.url))

/** Throws `OptionError` where there is no such user. Options as for `startServer`. */
export async function explainTransfer(options: StartOptions, question: TransferQuestion): Promise<TransferExplanation> {
  const settings = settingsOf(options)
  const { data, region, log } = settings
  const clock = Date.now
  const masterKey = loadMasterKey(join(data, 'master.key'))
  const location = settings.databaseUrl ?? join(data, 'scopedown.db')
  const store = (await openStore({ location, steps: schemaSteps })).as<IdentityTables>()
  const policyCache = new PolicyCache()
  const policies = new EntityPolicies(store.db, policyCache, loadManagedPolicies(managedPolicies))
  const keySealer = new Sealer(masterKey, 'secret access key')
  const callers = new Callers(store.db, policies, partition)
  const credentials = new Credentials(store.db, callers, keySealer, [], store.changes)
  const shared = { store, policies, policyCache, keySealer, partition, region }
  const s3 = await startS3({
    ...shared,
    clock,
    data,
    hostSuffixes: [],
    log,
    upstream: undefined,
    upstreamCredentials: undefined,
  })
  let efs: EfsRoot | undefined
  try {
    if (options.efsRoot !== undefined) efs = await EfsRoot.open(options.efsRoot, settings.account)
    const sts = {
      ...shared,
      credentials,
      tokens: new SessionTokens(new Sealer(masterKey, 'session token')),
      messageSealer: new Sealer(masterKey, 'authorization message'),
      denials: new Denials(store.as<DenialTables>()),
      settleDenials: async () => {},
      packedPolicyLimit: 2048,
    }
    const kernel = new Kernel({
      registry: new Registry([s3.service, bind(stsService, sts)]),
      programs: new Programs(),
      // A question is no call: it leaves no line.
      events: { record: () => undefined },
      messages: {
        policyArnInMessage: false,
        authorizationIdInMessage: false,
        encodedMessage: undefined,
        url: () => '',
      },
      region,
      clock,
    })
    return await answer(question, { kernel, credentials, db: store.as<TransferTables>().db, efs })
  } finally {
    await efs?.close()
    await s3.close()
    await store.close()
  }
}

interface Deps {
  readonly kernel: Kernel
  readonly credentials: Credentials
  readonly db: TransferDb
  readonly efs: EfsRoot | undefined
}

async function answer(question: TransferQuestion, deps: Deps): Promise<TransferExplanation> {
  const { kernel, credentials, db } = deps
  const row = await findServer(db, question)
  const user = await findUser(db, row.id, question.user)
  if (user === undefined) throw new OptionError(`server ${row.id} has no user \`${question.user}\``)
  const { account_id: account, region, id } = row
  const { Domain: domain } = serverSettings(row)
  if (domain === 'EFS' && deps.efs === undefined) {
    throw new OptionError(`server ${id} is of the domain EFS: say with --efs-root where its file systems lie`)
  }
  const facts = { id, account, region, domain, arn: transferArns({ partition, account, region }).server(id) }
  const origin = { ip: '127.0.0.1', userAgent: 'AWSTransfer', secure: true, invokedBy: 'transfer.amazonaws.com' }
  const told = { serverId: id, user: user.name }
  try {
    const login = { userName: user.name, settings: userSettingsOf(user), alsoWithin: [] }
    const sessionId = '0'.repeat(16)
    const principal = new SessionPrincipal(login, { kernel, credentials, server: facts, partition, origin, sessionId })
    const paths = new PathMap(principal.home)
    const segments = paths.normalized(question.path)
    const place = paths.place(segments)
    const where = {
      ...told,
      path: pathText(segments),
      place: place.kind === 'stored' ? pathText([place.bucket, ...(place.key === '' ? [] : [place.key])]) : undefined,
    }
    const asking = { principal, origin, region, operation: question.operation, place }
    const posix = login.settings.PosixProfile
    return { ...where, ...(await (domain === 'S3' ? askS3(asking, deps) : askEfs(asking, posix, deps))) }
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error
    return {
      ...told,
      path: question.path,
      place: undefined,
      outcome: 'denied',
      reason: `login: ${error.message}`,
      questions: [],
    }
  }
}

interface Asking {
  readonly principal: SessionPrincipal
  readonly origin: Origin
  readonly region: string
  readonly operation: FileOperation
  readonly place: Place
}
type Answer = Pick<TransferExplanation, 'outcome' | 'reason' | 'questions'>

const explained = ({ answers }: Verdict): AskedPolicies[] =>
  answers.map(({ question: { requirement }, explain }) => ({
    action: requirement.action,
    resource: requirement.resource,
    explanation: explain(),
  }))

async function askS3(
  { principal, origin, region, operation: wanted, place }: Asking,
  { kernel }: Deps,
): Promise<Answer> {
  const asked = questionsOf(wanted, place)
  if ('reason' in asked) return { outcome: asked.outcome, reason: `home mapping: ${asked.reason}`, questions: [] }
  await principal.assume()
  const questions: AskedPolicies[] = []
  for (const caller of await principal.callers()) {
    for (const { operation, input } of asked.calls) {
      const { verdict } = await kernel.check('s3', operation, { input, caller, origin, region })
      questions.push(...explained(verdict))
    }
  }
  const denied = questions.some(({ explanation }) => explanation.outcome !== 'allowed')
  return { outcome: denied ? 'denied' : 'allowed', reason: undefined, questions }
}

async function askEfs(
  { principal, origin, region, operation, place }: Asking,
  posix: PosixProfile | undefined,
  { kernel, efs: root }: Deps,
): Promise<Answer> {
  if (root === undefined || posix === undefined) throw new LoginRefused('the user has no PosixProfile')
  const questions: AskedPolicies[] = []
  const client = {
    kernel,
    callers: principal.callers,
    origin,
    region,
    arnOf: root.arnOf({ partition, region }),
    decided: (verdict: Verdict) => questions.push(...explained(verdict)),
  }
  return { ...(await explainOnEfs(operation, place, { root, identity: identityOf(posix), client })), questions }
}

async function findServer(db: TransferDb, { serverId, user }: TransferQuestion) {
  const rows = await db
    .selectFrom('transfer_servers')
    .innerJoin('transfer_users', 'transfer_users.server_id', 'transfer_servers.id')
    .selectAll('transfer_servers')
    .where('transfer_users.name', '=', user)
    .$if(serverId !== undefined, (query) => query.where('transfer_servers.id', '=', serverId ?? ''))
    .execute()
  const [row, ...others] = rows
  if (row === undefined) throw new OptionError(`no server has a user \`${user}\` of its own`)
  if (others.length > 0) {
    const ids = rows.map(({ id }) => id).join(', ')
    throw new OptionError(`several servers have a user \`${user}\`: choose one of ${ids}`)
  }
  return row
}
