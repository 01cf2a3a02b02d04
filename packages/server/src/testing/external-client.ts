/** Clients that are not ours, as processes. A skip prints its reason; under CI a missing client is a failure. */

import { spawnSync } from 'node:child_process'
import type { Keys } from './test-server.ts'

/** Why the client cannot be run here; undefined where it can. */
export function missingClient(command: string, ...check: readonly string[]): string | undefined {
  const result = spawnSync(command, check, { encoding: 'utf8' })
  if (result.status === 0) return undefined
  const reason = `\`${command} ${check.join(' ')}\` does not run: ${result.error?.message ?? result.stderr.trim()}`
  if (process.env.CI === 'true') throw new Error(reason)
  process.stderr.write(`skipping a client: ${reason}\n`)
  return reason
}

/** The environment that every AWS client understands, and nothing of the caller's own configuration. */
export function clientEnvironment(url: string, keys: Keys): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  }
}
