/**
 * Glue for the registry test: the cases of its rooms, with the needs that `glue-authorization.tsv` gives each. What the table says
 * beyond whole denials (filtered lists) is held by the rooms' own tests.
 */

import type { Need, PermissionCase, ServiceCases, World } from '../../testing/permission-case.ts'
import { type Input, member, needsOf, rows } from './authorization-table.test-data.ts'
import { type CatalogCase, catalogCases } from './catalog/catalog-cases.test-data.ts'
import { fillCatalog } from './catalog/filled-catalog.test-data.ts'
import { prefix } from './glue-server.test-data.ts'
import { type ResourceCase, resourceCases, rolePath } from './resources/resource-cases.test-data.ts'
import { sessionCases } from './sessions/session-cases.test-data.ts'

/** The table's patterns, filled in from the request; tags that come with it; the role that it hands over. */
export function resourceNeeds({ operation, tagged }: ResourceCase, input: Input, account: string): Need[] {
  const needs = [...needsOf(operation, input, {}, prefix).all]
  const [own] = needs
  if (tagged && own !== undefined) needs.push({ action: 'glue:TagResource', resource: own.resource })
  const roleInput = rows.get(operation)?.roleInput ?? ''
  const role = roleInput === '' ? undefined : member(input, roleInput)
  if (typeof role === 'string') {
    const resource = role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role${rolePath}${role}`
    needs.push({ action: 'iam:PassRole', resource })
  }
  return needs
}

/** `db`: the name of the database that `fillCatalog` has made. */
export function catalogNeeds(test: CatalogCase, db: string) {
  const { all, item } = needsOf(test.operation, test.input(db), test.names?.(db) ?? {}, prefix)
  return { all: [...all, ...(test.more?.(db) ?? [])], item }
}

function ofCatalog(test: CatalogCase): PermissionCase {
  const { operation, about } = test
  return {
    operation,
    ...(about === undefined ? {} : { about }),
    input: async ({ make }, unique) => {
      await fillCatalog((name, input) => make('glue', name, input), unique)
      return test.input(unique)
    },
    needs: (_, unique) => catalogNeeds(test, unique).all,
  }
}

function ofResource(test: ResourceCase): PermissionCase {
  const { operation, about, fault } = test
  // Ids are given by the server: what a call needs is known once its input is. Until then, its action.
  const inputs = new Map<string, Input>()
  let latest: Input | undefined
  return {
    operation,
    ...(about === undefined ? {} : { about }),
    ...(fault === undefined ? {} : { fault }),
    ...(rows.get(operation)?.kind === 'batchget' ? { denial: 'No access to any requested resource.' } : {}),
    input: async (world: World, unique: string) => {
      latest = await test.input(world, unique)
      inputs.set(unique, latest)
      return latest
    },
    needs: ({ account }, unique) => {
      const input = inputs.get(unique) ?? latest
      if (input !== undefined) return resourceNeeds(test, input, account)
      return [{ action: rows.get(operation)?.action ?? operation, resource: '*' }]
    },
  }
}

export const glueCases: ServiceCases = {
  cases: [...catalogCases.map(ofCatalog), ...[...resourceCases, ...sessionCases].map(ofResource)],
  exempt: {},
}
