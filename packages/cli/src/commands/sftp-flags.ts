/** The flags of `serve` about SFTP servers: what stands behind a Lambda function's name and behind EFS, and what comes of half an upload. */

import { resolve } from 'node:path'
import { printable } from '@scopedown/engine'
import type { StartOptions } from '@scopedown/server'
import { Option } from 'commander'
import { Unusable } from '../unusable.ts'

export interface SftpFlags {
  readonly lambdaEndpoint?: string
  readonly transferFunction?: readonly string[]
  readonly efsRoot?: string
  readonly sftpPartialUploads?: string
}

/** Which variable stands in for which flag. */
export const sftpVariables = {
  efsRoot: 'SCOPEDOWN_EFS_ROOT',
  sftpPartialUploads: 'SCOPEDOWN_SFTP_PARTIAL_UPLOADS',
} as const

const each = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value]

export const sftpOptions: readonly Option[] = [
  new Option('--lambda-endpoint <url>', "Lambda's API, for identity providers of SFTP servers"),
  new Option(
    '--transfer-function <name=kind:where>',
    "what stands in for a Lambda function of that name: module:FILE, command:FILE, secrets-manager:URL, or secrets-manager (this server's own) (repeatable)",
  ).argParser(each),
  new Option(
    '--efs-root <folder>',
    'a folder of folders fs-…, the EFS file systems of the account, for SFTP servers with Domain EFS',
  ),
  new Option(
    '--sftp-partial-uploads <fate>',
    'what becomes of an upload to S3 whose client goes away: discard it, or keep what came (default: discard)',
  ),
]

type Providers = NonNullable<StartOptions['sftpProviders']>
type FunctionSetting = NonNullable<Providers['functions']>[string]

/** The options of the server that these flags, and the environment, stand for. */
export function sftpSettingsOf(
  flags: SftpFlags,
  env: Readonly<Record<string, string | undefined>>,
): Pick<StartOptions, 'sftpProviders' | 'efsRoot' | 'sftpPartialUploads'> {
  const efsRoot = flags.efsRoot ?? (env[sftpVariables.efsRoot] || undefined)
  const fate = flags.sftpPartialUploads ?? (env[sftpVariables.sftpPartialUploads] || undefined)
  if (fate !== undefined && fate !== 'discard' && fate !== 'keep') {
    throw new Unusable(`scopedown: --sftp-partial-uploads is discard or keep, not \`${printable(fate)}\``)
  }
  return {
    sftpProviders: sftpProviders(flags, env),
    ...(efsRoot === undefined ? {} : { efsRoot: resolve(efsRoot) }),
    ...(fate === undefined ? {} : { sftpPartialUploads: fate }),
  }
}

/** Calls to Lambda and Secrets Manager are signed with the credentials of the environment, where it has any. */
function sftpProviders(
  { lambdaEndpoint, transferFunction = [] }: SftpFlags,
  env: Readonly<Record<string, string | undefined>>,
): Providers {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env
  return {
    functions: Object.fromEntries(transferFunction.map(functionSetting)),
    ...(lambdaEndpoint === undefined ? {} : { lambdaEndpoint: httpUrl(lambdaEndpoint) }),
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) } }
      : {}),
  }
}

function functionSetting(text: string): [string, FunctionSetting] {
  const own = /^([\w-]{1,64})=secrets-manager$/.exec(text)
  if (own !== null) return [own[1] ?? '', 'secrets-manager']
  const match = /^([\w-]{1,64})=(module|command|secrets-manager):(.+)$/.exec(text)
  const [, name = '', kind = '', where = ''] = match ?? []
  if (match === null) {
    throw new Unusable(
      `scopedown: --transfer-function takes NAME=module:FILE, NAME=command:FILE, NAME=secrets-manager:URL or NAME=secrets-manager, not \`${printable(text)}\``,
    )
  }
  if (kind === 'secrets-manager') return [name, { secretsManager: httpUrl(where) }]
  return [name, kind === 'module' ? { module: resolve(where) } : { command: resolve(where) }]
}

function httpUrl(text: string): string {
  if (/^https?:\/\/[^\s]+$/.test(text) && URL.canParse(text)) return text
  throw new Unusable(`scopedown: \`${printable(text)}\` is not an http or https URL`)
}
