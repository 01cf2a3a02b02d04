/**
 * Development endpoints: records without addresses. Glue API reference: CreateDevEndpoint, GetDevEndpoint(s),
 * UpdateDevEndpoint, DeleteDevEndpoint, ListDevEndpoints, BatchGetDevEndpoints.
 */

import type { DevEndpoint } from '@aws-sdk/client-glue'
import { requires } from '../../../kernel/requirement.ts'
import { invalidInput, notFound } from '../faults.ts'
import { type GlueInput, operation } from '../operation.ts'
import { checkedTags } from '../tag-rows.ts'
import { nameBounds } from './names.ts'
import { dbOf, pageOfKind, readBatch, scopeOf } from './reading.ts'
import { allowedOf, batchGetting, creating } from './requirements.ts'
import { checkRole, passing } from './role.ts'
import {
  changeResource,
  createResource,
  definitionOf,
  deleteResource,
  type ResourceRow,
  resourceNamed,
  without,
  write,
} from './stored.ts'

type Definition = Omit<GlueInput<'CreateDevEndpoint'>, 'Tags' | 'EndpointName'>

const defaultNodes = 5
const mostKeys = 5

function shape(row: ResourceRow): DevEndpoint {
  return {
    EndpointName: row.name,
    ...definitionOf<Definition>(row),
    Status: row.state,
    CreatedTimestamp: new Date(row.created_at),
    LastModifiedTimestamp: new Date(row.updated_at),
  }
}

function check({ NumberOfNodes, NumberOfWorkers, WorkerType }: GlueInput<'CreateDevEndpoint'>): void {
  const workers = WorkerType !== undefined || NumberOfWorkers !== undefined
  if (NumberOfNodes !== undefined && workers) {
    throw invalidInput('NumberOfNodes cannot be given together with WorkerType and NumberOfWorkers.')
  }
  if (NumberOfNodes !== undefined && NumberOfNodes < 2) throw invalidInput('NumberOfNodes must be at least 2.')
  if (NumberOfWorkers !== undefined && NumberOfWorkers < 1) throw invalidInput('NumberOfWorkers must be at least 1.')
}

export const createDevEndpoint = operation('CreateDevEndpoint', {
  constraints: { EndpointName: nameBounds },
  authorize: async ({ input, arn, caller }, deps) => [
    ...creating('glue:CreateDevEndpoint', arn.devEndpoint(input.EndpointName), input.Tags),
    ...(await passing(input.RoleArn, caller, deps)),
  ],
  handle: async (call, deps) => {
    const { input, caller, time } = call
    await checkRole(input.RoleArn, caller, deps)
    check(input)
    const given = without(input, 'Tags', 'EndpointName')
    const workers = input.WorkerType !== undefined || input.NumberOfWorkers !== undefined
    const row = await createResource(deps, {
      scope: scopeOf(call),
      kind: 'devEndpoint',
      name: input.EndpointName,
      state: 'READY',
      time,
      definition: workers ? given : { ...given, NumberOfNodes: input.NumberOfNodes ?? defaultNodes },
      tags: checkedTags(input.Tags),
    })
    return without(shape(row), 'LastModifiedTimestamp', 'PublicKey', 'PublicKeys')
  },
})

export const getDevEndpoint = operation('GetDevEndpoint', {
  constraints: { EndpointName: nameBounds },
  authorize: ({ input, arn }) => [requires('glue:GetDevEndpoint', arn.devEndpoint(input.EndpointName))],
  handle: async (call, deps) => ({
    DevEndpoint: shape(await resourceNamed(dbOf(deps), scopeOf(call), 'devEndpoint', call.input.EndpointName)),
  }),
})

function updated(before: Definition, input: GlueInput<'UpdateDevEndpoint'>): Definition {
  const keys = new Set(before.PublicKeys ?? [])
  for (const key of input.DeletePublicKeys ?? []) {
    if (!keys.delete(key)) throw invalidInput('A public key that is to be deleted is not there.')
  }
  for (const key of input.AddPublicKeys ?? []) keys.add(key)
  if (keys.size > mostKeys) throw invalidInput(`An endpoint has at most ${mostKeys} public keys.`)
  const values = new Map(Object.entries(before.Arguments ?? {}))
  for (const name of input.DeleteArguments ?? []) values.delete(name)
  for (const [name, value] of Object.entries(input.AddArguments ?? {})) values.set(name, value)
  const after: Definition = {
    ...before,
    ...(input.PublicKey === undefined ? {} : { PublicKey: input.PublicKey }),
    ...(input.CustomLibraries as Partial<Definition> | undefined),
    PublicKeys: [...keys],
    Arguments: Object.fromEntries(values),
  }
  return without(
    after,
    ...(keys.size === 0 ? (['PublicKeys'] as const) : []),
    ...(values.size === 0 ? (['Arguments'] as const) : []),
  )
}

export const updateDevEndpoint = operation('UpdateDevEndpoint', {
  constraints: { EndpointName: nameBounds },
  authorize: ({ input, arn }) => [requires('glue:UpdateDevEndpoint', arn.devEndpoint(input.EndpointName))],
  handle: async (call, deps) => {
    const { input, time } = call
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'devEndpoint', input.EndpointName)
      const definition = updated(definitionOf<Definition>(row), input)
      await changeResource(db, row, { definition, version: row.version + 1, updated_at: time })
    })
    return {}
  },
})

export const deleteDevEndpoint = operation('DeleteDevEndpoint', {
  constraints: { EndpointName: nameBounds },
  authorize: ({ input, arn }) => [requires('glue:DeleteDevEndpoint', arn.devEndpoint(input.EndpointName))],
  handle: async (call, deps) => {
    const { EndpointName } = call.input
    const deleted = await deleteResource(deps, scopeOf(call), 'devEndpoint', EndpointName)
    if (!deleted) throw notFound('DevEndpoint', EndpointName)
    return {}
  },
})

export const getDevEndpoints = operation('GetDevEndpoints', {
  authorize: () => [requires('glue:GetDevEndpoints', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'devEndpoint', 'GetDevEndpoints')
    return { DevEndpoints: rows.map(shape), ...NextToken }
  },
})

export const listDevEndpoints = operation('ListDevEndpoints', {
  authorize: () => [requires('glue:ListDevEndpoints', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'devEndpoint', 'ListDevEndpoints')
    return { DevEndpointNames: rows.map(({ name }) => name), ...NextToken }
  },
})

export const batchGetDevEndpoints = operation('BatchGetDevEndpoints', {
  constraints: { 'DevEndpointNames.*': nameBounds },
  authorize: ({ input, arn }) => batchGetting('glue:BatchGetDevEndpoints', input.DevEndpointNames, arn.devEndpoint),
  handle: async (call, deps) => {
    const { DevEndpointNames } = call.input
    const allowed = await allowedOf(call, DevEndpointNames, 'glue:GetDevEndpoints', deps)
    const { found, missing } = await readBatch(dbOf(deps), scopeOf(call), 'devEndpoint', DevEndpointNames, allowed)
    return { DevEndpoints: found.map(shape), DevEndpointsNotFound: [...missing] }
  },
})
