/**
 * What would happen to a user of Transfer Family, and why: the session as a login would make it, asked without doing anything.
 * Works beside a running server, on the same store.
 */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Explanation } from '@scopedown/engine'
import { Denials, type DenialTables } from './audit/denials.ts'
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
import { LoginRefused } from './sftp/login/login.ts'
import { SessionPrincipal } from './sftp/login/session-principal.ts'
import { PathMap, pathText } from './sftp/paths.ts'
import { type FileOperation, questionsOf } from './sftp/s3/operation-questions.ts'
import { type StartOptions, settingsOf } from './start-options.ts'
import { openStore } from './store/store.ts'

export { type FileOperation, fileOperations } from './sftp/s3/operation-questions.ts'

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
  /** Where no policy was asked: what the home directory says, or why there is no login. */
  readonly reason: string | undefined
  readonly questions: readonly {
    readonly action: string
    readonly resource: string
    readonly explanation: Explanation
  }[]
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
  try {
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
    return await answer(question, { kernel, credentials, db: store.as<TransferTables>().db })
  } finally {
    await s3.close()
    await store.close()
  }
}

interface Deps {
  readonly kernel: Kernel
  readonly credentials: Credentials
  readonly db: TransferDb
}

async function answer(question: TransferQuestion, { kernel, credentials, db }: Deps): Promise<TransferExplanation> {
  const row = await findServer(db, question)
  const user = await findUser(db, row.id, question.user)
  if (user === undefined) throw new OptionError(`server ${row.id} has no user \`${question.user}\``)
  const { account_id: account, region, id } = row
  const { Domain: domain } = serverSettings(row)
  if (domain !== 'S3') throw new OptionError('permission bits decide on a server of the domain EFS, no policy does')
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
    const asked = questionsOf(question.operation, place)
    if ('reason' in asked)
      return { ...where, outcome: asked.outcome, reason: `home mapping: ${asked.reason}`, questions: [] }
    await principal.assume()
    const questions: TransferExplanation['questions'][number][] = []
    for (const caller of await principal.callers()) {
      for (const { operation, input } of asked.calls) {
        const { verdict } = await kernel.check('s3', operation, { input, caller, origin, region })
        for (const {
          question: { requirement },
          explain,
        } of verdict.answers) {
          questions.push({ action: requirement.action, resource: requirement.resource, explanation: explain() })
        }
      }
    }
    const denied = questions.some(({ explanation }) => explanation.outcome !== 'allowed')
    return { ...where, outcome: denied ? 'denied' : 'allowed', reason: undefined, questions }
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
