/**
 * The catalog's hierarchy as requirements: the same action on the catalog, the database and what lies in it, in this order;
 * all must be allowed. Glue Developer Guide, "Specifying AWS Glue resource ARNs" (glue-specifying-resource-arns).
 */

import { type Requirement, type RequirementDetails, type Requirements, requires } from '../../../kernel/requirement.ts'
import type { GlueDeps } from '../operation.ts'
import type { Owner } from '../owner.ts'

export function hierarchy(action: string, owner: Owner, { switches }: GlueDeps) {
  const fold: RequirementDetails = switches.foldNames ? { foldResourceNames: true } : {}
  const on = (arn: string, details?: RequirementDetails) => requires(`glue:${action}`, arn, details)
  const { arn } = owner
  const root: Requirements =
    owner.nested === undefined ? [on(arn.catalog())] : [on(arn.catalog()), on(arn.nestedCatalog(owner.nested))]
  const database = (name: string, details?: RequirementDetails): Requirement =>
    on(arn.database(stored(name)), { ...fold, ...details })
  const table = (name: string, inside: string): Requirement => on(arn.table(stored(name), stored(inside)), fold)
  const userDefinedFunction = (name: string, inside: string): Requirement =>
    on(arn.userDefinedFunction(stored(name), stored(inside)), fold)
  const connection = (name: string, details?: RequirementDetails): Requirement => on(arn.connection(name), details)
  return {
    /** One ARN's own requirement, without its ancestors: for lists that ask item by item. */
    only: { database, table, userDefinedFunction, connection },
    catalog: (): Requirements => root,
    database: (name: string, details?: RequirementDetails): Requirements => [...root, database(name, details)],
    tables: (name: string, tables: readonly string[]): Requirements => [
      ...root,
      database(name),
      ...[...new Set(tables.map(stored))].map((inside) => table(name, inside)),
    ],
    userDefinedFunction: (name: string, inside: string): Requirements => [
      ...root,
      database(name),
      userDefinedFunction(name, inside),
    ],
    connections: (names: readonly string[], details?: RequirementDetails): Requirements => [
      ...root,
      ...[...new Set(names)].map((name) => connection(name, details)),
    ],
  }
}

/** Names of databases, tables and functions are kept in lower case (API reference, DatabaseInput, TableInput). */
export function stored(name: string): string {
  return name.toLowerCase()
}
