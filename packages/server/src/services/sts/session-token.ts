/** GetSessionToken: the caller's own permissions in temporary form. API reference, GetSessionToken. */

import { ServiceFault } from '@scopedown/wire'
import { issueSession } from './issue-session.ts'
import { operation } from './operation.ts'
import { sessionConstraints } from './session-input.ts'

const defaultSeconds = 43_200
/** Of the root user, which may ask for longer and gets an hour. */
const rootSeconds = 3600

/** This server keeps no MFA devices, so a code can only be wrong. */
export function refuseMfa(input: {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}) {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return
  const message = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '
  throw new ServiceFault('AccessDenied', message, { status: 403 })
}

export const getSessionToken = operation('GetSessionToken', {
  constraints: {
    DurationSeconds: { min: 900, max: 129_600 },
    SerialNumber: sessionConstraints.SerialNumber,
    TokenCode: sessionConstraints.TokenCode,
  },
  authorize: ({ input }) => {
    refuseMfa(input)
    return { exempt: 'AWS requires no permission for it, and policies cannot control authentication operations' }
  },
  handle: async ({ input, caller, time }, deps) => {
    const root = caller.principal.kind === 'root'
    const asked = input.DurationSeconds ?? (root ? rootSeconds : defaultSeconds)
    const credentials = await issueSession(
      {
        kind: 'sessionToken',
        account: caller.account,
        entityId: root ? null : caller.userId,
        time,
        seconds: root ? Math.min(asked, rootSeconds) : asked,
        facts: { name: '', tags: [], transitiveTagKeys: [] },
      },
      deps,
    )
    return { Credentials: credentials }
  },
})
