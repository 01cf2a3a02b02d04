/** What would decide about an operation on EFS: the role's questions and the permission bits on the way, with nothing done to a file. */

import { OptionError } from '../../kernel/option-error.ts'
import { type FileOperation, type Settled, settledByHome } from '../file-operations.ts'
import type { FileDecision } from '../files/decisions.ts'
import { SftpError } from '../files/file-system.ts'
import type { Place } from '../paths.ts'
import { statusCode } from '../protocol/codes.ts'
import { type ClientAccess, mayAccess } from './client-access.ts'
import { asSftpErrors } from './errors.ts'
import { found, mustBeFree, mustBeRemovable, toChange, toList, toRead, toWrite } from './operation-rules.ts'
import { identityText } from './permission-bits.ts'
import type { Walked, Walker } from './walk.ts'
import { type WayIn, walkIn } from './way-in.ts'

interface Rule {
  readonly access: ClientAccess
  readonly follow: boolean
  /** Asks what the operation asks, and does nothing. */
  readonly ask: (walked: Walked, walker: Walker) => unknown
}

const rules: Readonly<Record<FileOperation, Rule>> = {
  get: { access: 'ClientMount', follow: true, ask: toRead },
  list: { access: 'ClientMount', follow: true, ask: toList },
  stat: { access: 'ClientMount', follow: true, ask: ({ node }) => found(node) },
  put: {
    access: 'ClientWrite',
    follow: true,
    ask: (walked, walker) => toWrite(walked, walker, { create: true, exclusive: false }),
  },
  delete: {
    access: 'ClientWrite',
    follow: false,
    ask: (walked, walker) => mustBeRemovable('file', toChange(walked, walker), walked, walker),
  },
  mkdir: {
    access: 'ClientWrite',
    follow: false,
    ask: (walked, walker) => {
      toChange(walked, walker)
      mustBeFree(walked)
    },
  },
  rmdir: {
    access: 'ClientWrite',
    follow: false,
    ask: (walked, walker) => mustBeRemovable('directory', toChange(walked, walker), walked, walker),
  },
}

/** Without a reason where the role alone refuses: `way.client.decided` was told why. */
export async function explainOnEfs(
  operation: FileOperation,
  asked: Place,
  way: WayIn,
): Promise<{ readonly outcome: Settled['outcome']; readonly reason: string | undefined }> {
  const place = settledByHome(operation, asked)
  if ('reason' in place) return { outcome: place.outcome, reason: `home mapping: ${place.reason}` }
  let last: FileDecision | undefined
  const tell = (decision: FileDecision) => {
    last = decision
  }
  if (place.kind === 'buckets') {
    const names: string[] = []
    for (const id of await way.root.fileSystems()) {
      if (await mayAccess('ClientMount', id, way.client, tell)) names.push(id)
    }
    return { outcome: 'allowed', reason: `the root lists what the role may mount: ${names.join(', ') || 'nothing'}` }
  }
  const { access, follow, ask } = rules[operation]
  try {
    const identity = await asSftpErrors(() =>
      lookedAt(async () => {
        const { walked, walker } = await walkIn(place, access, way, tell, { follow })
        try {
          ask(walked, walker)
          return walker.identity
        } finally {
          await walked.close()
        }
      }),
    )
    return { outcome: 'allowed', reason: `permission bits: all on the way allow ${identityText(identity)}` }
  } catch (error) {
    if (!(error instanceof SftpError)) throw error
    if (error.code !== statusCode.permissionDenied) {
      return { outcome: 'denied', reason: `file system: ${error.message}` }
    }
    // The role's decisions name what determined them, the others who decided.
    const by = last?.by
    return { outcome: 'denied', reason: typeof by === 'string' ? `${by}: ${last?.reason}` : undefined }
  }
}

/** What the kernel refuses this process says nothing about the user. */
async function lookedAt<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    throw new OptionError('this process may not look into the file system itself: run it as the server runs')
  }
}
