/** Which file system stands behind a session, by the domain of its server: objects behind policies, or a folder behind permission bits. */

import type { Origin } from '../kernel/call.ts'
import { serviceCaller } from '../kernel/caller.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { PosixProfile } from '../services/transfer/user-settings.ts'
import { EfsFiles } from './efs/efs-files.ts'
import type { EfsRoot } from './efs/efs-root.ts'
import type { PosixIdentity } from './efs/permission-bits.ts'
import { type FileSystem, permissionDenied } from './files/file-system.ts'
import { LoginRefused, type SftpServerFacts } from './login/login.ts'
import type { SessionPrincipal } from './login/session-principal.ts'
import { PathMap } from './paths.ts'
import type { Budget } from './protocol/budget.ts'
import { S3Files } from './s3/s3-files.ts'
import { StoreCalls } from './s3/store-calls.ts'
import type { UploadJournal } from './s3/upload-journal.ts'

export interface BackendDeps {
  readonly kernel: Kernel
  readonly partition: string
  readonly clock: () => number
  readonly buffered: Budget
  readonly uploads: UploadJournal
  /** Undefined: this server was started without one. */
  readonly efs: EfsRoot | undefined
}

export interface SessionFacts {
  readonly server: SftpServerFacts
  readonly userName: string
  readonly posix: PosixProfile | undefined
  readonly principal: SessionPrincipal
  readonly origin: Origin
  readonly ignoreSetStat: boolean
  readonly keepPartial: () => boolean
}

interface Backend {
  /** Throws `LoginRefused` where this server cannot serve the user. */
  check(posix: PosixProfile | undefined, deps: Pick<BackendDeps, 'efs'>): void
  open(session: SessionFacts, deps: BackendDeps): FileSystem
}

const backends: Readonly<Record<SftpServerFacts['domain'], Backend>> = {
  S3: {
    check: () => {},
    open: (session, { kernel, partition, clock, buffered, uploads }) => {
      const { server, principal, origin, ignoreSetStat, keepPartial } = session
      const calls = new StoreCalls({
        kernel,
        callers: callersOf(principal),
        service: serviceCaller('transfer.amazonaws.com', server.account, partition),
        origin,
        region: server.region,
        uploads,
      })
      return new S3Files({
        calls,
        paths: new PathMap(principal.home),
        agentId: `${session.userName}@${server.id}`,
        ignoreSetStat,
        now: clock,
        since: clock(),
        buffered,
        keepPartial,
      })
    },
  },
  EFS: {
    check: (posix, { efs }) => {
      if (efs === undefined) throw new LoginRefused('this server was started without --efs-root')
      if (posix === undefined) throw new LoginRefused('the user has no PosixProfile')
      const reason = efs.cannotServe(identityOf(posix))
      if (reason !== undefined) throw new LoginRefused(reason)
    },
    open: ({ server, posix, principal, origin, ignoreSetStat }, { kernel, partition, clock, efs }) => {
      if (efs === undefined || posix === undefined) throw new Error('the login was not checked')
      return new EfsFiles({
        root: efs,
        paths: new PathMap(principal.home),
        identity: identityOf(posix),
        client: {
          kernel,
          callers: callersOf(principal),
          origin,
          region: server.region,
          arnOf: efs.arnOf({ partition, region: server.region }),
        },
        ignoreSetStat,
        now: clock,
      })
    },
  },
}

export const backendOf = (domain: SftpServerFacts['domain']): Backend => backends[domain]

export function identityOf({ Uid: uid, Gid: gid, SecondaryGids = [] }: PosixProfile): PosixIdentity {
  return { uid, gid, groups: new Set([gid, ...SecondaryGids]) }
}

/** A role that is gone in the middle of a session refuses what is asked for; it is no fault of the server. */
function callersOf(principal: SessionPrincipal): SessionPrincipal['callers'] {
  return async () => {
    try {
      return await principal.callers()
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error
      throw permissionDenied({ outcome: 'denied', by: 'role', resource: principal.roleArn, reason: error.message })
    }
  }
}
