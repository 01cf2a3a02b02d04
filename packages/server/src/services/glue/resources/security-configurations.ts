/**
 * Security configurations: recorded, and applied to nothing, for no run writes anywhere. Glue API reference:
 * CreateSecurityConfiguration, GetSecurityConfiguration(s), DeleteSecurityConfiguration.
 */

import type { SecurityConfiguration } from '@aws-sdk/client-glue'
import { requires } from '../../../kernel/requirement.ts'
import { notFound } from '../faults.ts'
import { type GlueInput, operation } from '../operation.ts'
import { dbOf, pageOfKind, scopeOf } from './reading.ts'
import { createResource, definitionOf, deleteResource, type ResourceRow, resourceNamed } from './stored.ts'

type Definition = Pick<GlueInput<'CreateSecurityConfiguration'>, 'EncryptionConfiguration'>

function shape(row: ResourceRow): SecurityConfiguration {
  const { EncryptionConfiguration } = definitionOf<Definition>(row)
  return { Name: row.name, CreatedTimeStamp: new Date(row.created_at), EncryptionConfiguration }
}

export const createSecurityConfiguration = operation('CreateSecurityConfiguration', {
  authorize: () => [requires('glue:CreateSecurityConfiguration', '*')],
  handle: async (call, deps) => {
    const { Name, EncryptionConfiguration } = call.input
    const definition: Definition = { EncryptionConfiguration }
    const row = await createResource(deps, {
      scope: scopeOf(call),
      kind: 'securityConfiguration',
      name: Name,
      state: '',
      time: call.time,
      definition,
    })
    return { Name, CreatedTimestamp: new Date(row.created_at) }
  },
})

export const getSecurityConfiguration = operation('GetSecurityConfiguration', {
  authorize: () => [requires('glue:GetSecurityConfiguration', '*')],
  handle: async (call, deps) => ({
    SecurityConfiguration: shape(
      await resourceNamed(dbOf(deps), scopeOf(call), 'securityConfiguration', call.input.Name),
    ),
  }),
})

export const getSecurityConfigurations = operation('GetSecurityConfigurations', {
  authorize: () => [requires('glue:GetSecurityConfigurations', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'securityConfiguration', 'GetSecurityConfigurations')
    return { SecurityConfigurations: rows.map(shape), ...NextToken }
  },
})

export const deleteSecurityConfiguration = operation('DeleteSecurityConfiguration', {
  authorize: () => [requires('glue:DeleteSecurityConfiguration', '*')],
  handle: async (call, deps) => {
    const { Name } = call.input
    const deleted = await deleteResource(deps, scopeOf(call), 'securityConfiguration', Name)
    if (!deleted) throw notFound('SecurityConfiguration', Name)
    return {}
  },
})
