/** Glue's ARNs. Glue Developer Guide, "Specifying AWS Glue resource ARNs" (glue-specifying-resource-arns). */

import type { ArnScope } from '../../kernel/call.ts'

export function glueArns(scope: ArnScope) {
  const prefix = `arn:${scope.partition}:glue:${scope.region}:${scope.account}:`
  return {
    scope,
    catalog: () => `${prefix}catalog`,
    /** A catalog inside the account's own. */
    nestedCatalog: (name: string) => `${prefix}catalog/${name}`,
    database: (database: string) => `${prefix}database/${database}`,
    table: (database: string, table: string) => `${prefix}table/${database}/${table}`,
    userDefinedFunction: (database: string, name: string) => `${prefix}userDefinedFunction/${database}/${name}`,
    connection: (name: string) => `${prefix}connection/${name}`,
    crawler: (name: string) => `${prefix}crawler/${name}`,
    job: (name: string) => `${prefix}job/${name}`,
    trigger: (name: string) => `${prefix}trigger/${name}`,
    devEndpoint: (name: string) => `${prefix}devEndpoint/${name}`,
    mlTransform: (id: string) => `${prefix}mlTransform/${id}`,
    session: (id: string) => `${prefix}session/${id}`,
  }
}

export type GlueArns = ReturnType<typeof glueArns>

/** What stands before the first slash of an ARN's last part, and what behind it: `database`, `sales`. */
export function splitKind(resource: string): { readonly kind: string; readonly name: string } {
  const slash = resource.indexOf('/')
  return slash === -1
    ? { kind: resource, name: '' }
    : { kind: resource.slice(0, slash), name: resource.slice(slash + 1) }
}

/** Under which an account's resources of one region are stored: `123456789012/us-east-1`. */
export function scopeKey(scope: Pick<ArnScope, 'account' | 'region'>): string {
  return `${scope.account}/${scope.region}`
}
