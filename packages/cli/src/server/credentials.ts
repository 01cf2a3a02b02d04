/**
 * Whose access key signs a question to a server: the environment's, or a file's in the format that every AWS client shares.
 * AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
 */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { printable } from '@scopedown/engine'
import type { Invocation } from '../invocation.ts'
import { Unusable } from '../unusable.ts'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface KeyFlags {
  readonly credentials?: string
  readonly profile?: string
  readonly data?: string
}

/** In this order: `--credentials`, `--profile`, AWS_ACCESS_KEY_ID, AWS_SHARED_CREDENTIALS_FILE, the data folder's administrator. */
export async function findAccessKey(invocation: Invocation, flags: KeyFlags): Promise<AccessKey> {
  const { env } = invocation.io
  const named = flags.credentials !== undefined || flags.profile !== undefined
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env
  if (!named && id && secret) return keyOf(id, secret, token || undefined)
  const data = join(dataFolder(flags.data, env), 'credentials')
  const file = flags.credentials ?? (env.AWS_SHARED_CREDENTIALS_FILE || data)
  if (file === data && !existsSync(file)) {
    throw new Unusable(
      'scopedown: no credentials: give --credentials FILE, --data FOLDER of the server, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
  }
  const profile = flags.profile ?? (env.AWS_PROFILE || 'default')
  const section = sectionOf(await invocation.inputs.text(file), profile)
  const key = section.get('aws_access_key_id')
  const sealed = section.get('aws_secret_access_key')
  if (!key || !sealed) {
    throw new Unusable(`scopedown: ${printable(file)} has no access key under [${printable(profile)}]`)
  }
  return keyOf(key, sealed, section.get('aws_session_token'))
}

/** Where a server of this user keeps its data. */
export function dataFolder(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  return flag ?? (env.SCOPEDOWN_DATA || join(homedir(), '.scopedown'))
}

function keyOf(accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined): AccessKey {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function sectionOf(text: string, name: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let inside = false
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1]
    if (heading !== undefined) inside = heading === name
    const pair = /^\s*([\w]+)\s*=\s*(\S+)\s*$/.exec(line)
    if (inside && pair?.[1] !== undefined && pair[2] !== undefined) found.set(pair[1].toLowerCase(), pair[2])
  }
  return found
}
