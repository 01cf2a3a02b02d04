/** The options by which a command finds a running server and a key to it. */

import { type Command, Option } from 'commander'
import { defaultRegion } from '../commands/server-flags.ts'
import type { ServerAddress } from './ask-server.ts'
import type { KeyFlags } from './credentials.ts'

export interface ServerOptions extends KeyFlags {
  readonly url?: string
  readonly region?: string
}

/** Flags as typed, by the member they fill. */
export const serverOptionFlags = {
  url: '--url',
  region: '--region',
  credentials: '--credentials',
  profile: '--profile',
  data: '--data',
} as const satisfies Record<keyof ServerOptions, string>

const group = 'The server (with an authorization id):'
const defaultEndpoint = 'http://127.0.0.1:4566'

export function addServerOptions(command: Command): Command {
  const add = (flags: string, text: string) => command.addOption(new Option(flags, text).helpGroup(group))
  add('--url <url>', `where it serves (default: AWS_ENDPOINT_URL, or ${defaultEndpoint})`)
  add('--region <name>', `its region (default: AWS_REGION, or ${defaultRegion})`)
  add('--credentials <file>', "an access key, in the aws CLI's format (default: AWS_ACCESS_KEY_ID …, or --data's)")
  add('--profile <name>', 'which key of that file (default: AWS_PROFILE, or default)')
  return add('--data <folder>', "the server's data folder, for its administrator's key (default: ~/.scopedown)")
}

export function serverAddress(
  { url, region }: ServerOptions,
  env: Readonly<Record<string, string | undefined>>,
): ServerAddress {
  return {
    endpoint: url ?? (env.AWS_ENDPOINT_URL || defaultEndpoint),
    region: region ?? (env.SCOPEDOWN_REGION || env.AWS_REGION || env.AWS_DEFAULT_REGION || defaultRegion),
  }
}
