/** IAM's and STS's ARNs. IAM User Guide, "IAM identifiers" (reference_identifiers). */

import type { ArnScope } from '../kernel/call.ts'

/** `path` begins and ends with a slash. */
export function iamArn(scope: Pick<ArnScope, 'partition' | 'account'>) {
  const prefix = `arn:${scope.partition}:iam::${scope.account}:`
  return {
    root: () => `${prefix}root`,
    user: (path: string, name: string) => `${prefix}user${path}${name}`,
    group: (path: string, name: string) => `${prefix}group${path}${name}`,
    role: (path: string, name: string) => `${prefix}role${path}${name}`,
    policy: (path: string, name: string) => `${prefix}policy${path}${name}`,
    instanceProfile: (path: string, name: string) => `${prefix}instance-profile${path}${name}`,
  }
}

export type IamArns = ReturnType<typeof iamArn>

export function stsArn(scope: Pick<ArnScope, 'partition' | 'account'>) {
  const prefix = `arn:${scope.partition}:sts::${scope.account}:`
  return {
    assumedRole: (roleName: string, session: string) => `${prefix}assumed-role/${roleName}/${session}`,
    federatedUser: (name: string) => `${prefix}federated-user/${name}`,
  }
}

export type StsArns = ReturnType<typeof stsArn>

/** The name and path inside `role/service/path/Name`, the sixth part of an ARN. */
export function splitPathAndName(resource: string): { kind: string; path: string; name: string } | undefined {
  const first = resource.indexOf('/')
  const last = resource.lastIndexOf('/')
  if (first === -1 || last === resource.length - 1) return undefined
  return { kind: resource.slice(0, first), path: resource.slice(first, last + 1), name: resource.slice(last + 1) }
}
