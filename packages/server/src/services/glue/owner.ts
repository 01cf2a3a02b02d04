/**
 * Whose catalog a call is about: `CatalogId` in the request, else the caller's account. Glue Developer Guide, "Granting
 * cross-account access": ARNs carry the owner's account, and the owner's account owns what is created.
 */

import type { Call } from '../../kernel/call.ts'
import { type GlueArns, glueArns, scopeKey } from './arns.ts'
import { notFound } from './faults.ts'

export interface Owner {
  readonly account: string
  /** A catalog inside the account's own, where `CatalogId` names one. */
  readonly nested: string | undefined
  readonly arn: GlueArns
  /** As stored. Throws where the request names a catalog that does not exist: only handlers may ask. */
  readonly scope: () => string
}

const accountId = /^\d{12}$/

export function ownerOf(call: Call<unknown, GlueArns>, catalogId: string | undefined): Owner {
  const { account, nested } = parts(catalogId, call.caller.account)
  const arn = glueArns({ partition: call.caller.partition, region: call.region, account })
  return {
    account,
    nested,
    arn,
    scope: () => {
      if (nested !== undefined) throw notFound('Catalog', nested)
      return scopeKey(arn.scope)
    },
  }
}

/** `123456789012`, `123456789012:NAME/…`, `NAME`. */
function parts(catalogId: string | undefined, callersAccount: string): { account: string; nested: string | undefined } {
  if (catalogId === undefined) return { account: callersAccount, nested: undefined }
  if (accountId.test(catalogId)) return { account: catalogId, nested: undefined }
  const colon = catalogId.indexOf(':')
  const head = catalogId.slice(0, Math.max(colon, 0))
  return accountId.test(head)
    ? { account: head, nested: catalogId.slice(colon + 1) }
    : { account: callersAccount, nested: catalogId }
}
