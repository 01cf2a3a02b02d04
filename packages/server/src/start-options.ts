/** What a server is started with, and what is assumed where nothing is said. */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { OptionError } from './kernel/option-error.ts'
import { parseUpstream, type UpstreamCredentials, type UpstreamLocation } from './objects/upstream-contents.ts'
import type { SessionSettings } from './services/glue/sessions/settings.ts'
import type { GlueSwitches } from './services/glue/switches.ts'
import type { ProviderSettings } from './sftp/login/providers.ts'
import type { TransportLimits } from './sftp/transport/limits.ts'

export interface StartOptions {
  /** Default 4566; 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Folder of the database, master key, audit log and credentials. Default `~/.scopedown`. */
  readonly data?: string
  /** Default 123456789012. */
  readonly account?: string
  /** Default us-east-1. */
  readonly region?: string
  /** `postgres://…`. Default: SQLite in the data folder. */
  readonly databaseUrl?: string
  /** `s3://bucket/prefix?endpoint=…&region=…`: where objects' bytes lie. Default: files in the data folder. */
  readonly objectStore?: string
  /** For that service. Default: what the AWS SDK finds in the environment. */
  readonly objectStoreCredentials?: UpstreamCredentials
  /** A host `bucket.SUFFIX` names a bucket. Default: `localhost`, and S3's own names of the region. */
  readonly s3HostSuffixes?: readonly string[]
  /** Port of the first SFTP server; others get the next free ones. Default 2222; 0: any free port. */
  readonly sftpPort?: number
  /** When a listener lets go of a client. Default: `sftp/transport/limits.ts`. */
  readonly sftpLimits?: Partial<TransportLimits>
  /** What becomes of an upload whose client goes away in the middle: nothing, or what has come. Default: `discard`. */
  readonly sftpPartialUploads?: 'discard' | 'keep'
  /** A folder of folders `fs-…`, which stand for the account's EFS file systems. Default: none, and no server of domain EFS. */
  readonly efsRoot?: string
  /** What stands behind AWS_LAMBDA of SFTP servers. Default: nothing. */
  readonly sftpProviders?: ProviderSettings
  /** `ID:SECRET[:ACCOUNT]` each: an access key of an account's root user, as long as the server is started with it. */
  readonly rootAccessKeys?: readonly string[]
  /** What this server decides about Glue where AWS is silent. Default: `services/glue/switches.ts`. */
  readonly glue?: Partial<GlueSwitches>
  /** What runs the statements of interactive sessions, and within which bounds. Default: `services/glue/sessions/settings.ts`. */
  readonly sessions?: Partial<SessionSettings>
  /** Told what the server decided as it started, a line each: which runtime runs statements. */
  readonly announce?: (line: string) => void
  /** Told of what the operator should know. Default: standard error. */
  readonly log?: (line: string) => void
}

export interface ServerSettings {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly account: string
  readonly region: string
  readonly databaseUrl: string | undefined
  readonly upstream: UpstreamLocation | undefined
  readonly upstreamCredentials: UpstreamCredentials | undefined
  readonly s3HostSuffixes: readonly string[]
  readonly sftpPort: number
  readonly rootAccessKeys: readonly { readonly id: string; readonly secret: string; readonly account: string }[]
  readonly log: (line: string) => void
}

export function settingsOf(options: StartOptions): ServerSettings {
  const account = options.account ?? '123456789012'
  if (!/^\d{12}$/.test(account)) throw new OptionError(`the account must be twelve digits, not \`${account}\``)
  const region = options.region ?? 'us-east-1'
  if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) throw new OptionError(`\`${region}\` is not the name of a region`)
  const port = options.port ?? 4566
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new OptionError('the port must be from 0 to 65535')
  const sftpPort = options.sftpPort ?? 2222
  if (!Number.isInteger(sftpPort) || sftpPort < 0 || sftpPort > 65_535) {
    throw new OptionError('the port for SFTP must be from 0 to 65535')
  }
  if (options.databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(options.databaseUrl)) {
    throw new OptionError('the database URL must begin with postgres://')
  }
  return {
    port,
    host: options.host ?? '127.0.0.1',
    data: options.data ?? join(homedir(), '.scopedown'),
    account,
    region,
    databaseUrl: options.databaseUrl,
    upstream: upstreamOf(options.objectStore),
    upstreamCredentials: options.objectStoreCredentials,
    s3HostSuffixes: options.s3HostSuffixes ?? [
      's3.localhost',
      'localhost',
      `s3.${region}.amazonaws.com`,
      's3.amazonaws.com',
    ],
    sftpPort,
    rootAccessKeys: (options.rootAccessKeys ?? []).map((text) => rootKey(text, account)),
    log: options.log ?? ((line) => process.stderr.write(`${line}\n`)),
  }
}

/** The secret may hold colons no more than AWS's do. The message shows none of it. */
function rootKey(text: string, defaultAccount: string): { id: string; secret: string; account: string } {
  const [id = '', secret = '', account = defaultAccount, ...rest] = text.split(':')
  if (!/^\w{16,128}$/.test(id) || secret === '' || !/^\d{12}$/.test(account) || rest.length > 0) {
    throw new OptionError(
      'a root access key is given as ID:SECRET or ID:SECRET:ACCOUNT, the id 16 to 128 letters and digits',
    )
  }
  return { id, secret, account }
}

function upstreamOf(text: string | undefined): UpstreamLocation | undefined {
  if (text === undefined) return undefined
  const location = parseUpstream(text)
  if (location === undefined) {
    throw new OptionError(
      'the object store must be given as s3://bucket, with ?endpoint=https://… and &region=… as needed',
    )
  }
  return location
}
