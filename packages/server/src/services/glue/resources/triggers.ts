/** Triggers. Glue API reference: CreateTrigger, GetTrigger(s), UpdateTrigger, DeleteTrigger, StartTrigger, StopTrigger, ListTriggers, BatchGetTriggers. */

import { requires } from '../../../kernel/requirement.ts'
import { invalidInput } from '../faults.ts'
import { operation } from '../operation.ts'
import { checkedTags } from '../tag-rows.ts'
import { cronOf } from './crawler-shape.ts'
import { fireOnDemand } from './firing.ts'
import { dbOf, pageOfKind, readBatch, scopeOf } from './reading.ts'
import { allowedOf, batchGetting, creating } from './requirements.ts'
import {
  changeResource,
  createResource,
  type Db,
  definitionOf,
  deleteResource,
  type ResourceRow,
  resourceNamed,
  without,
  write,
} from './stored.ts'
import { checkTrigger, type TriggerDefinition, triggerShape } from './trigger-shape.ts'

export const createTrigger = operation('CreateTrigger', {
  authorize: ({ input, arn }) => creating('glue:CreateTrigger', arn.trigger(input.Name), input.Tags),
  handle: async (call, deps) => {
    const { input, time } = call
    const definition = without(input, 'Tags', 'Name', 'StartOnCreation')
    checkTrigger(definition)
    if (input.StartOnCreation === true && input.Type === 'ON_DEMAND') {
      throw invalidInput('StartOnCreation is not supported for ON_DEMAND triggers.')
    }
    const started = input.StartOnCreation === true
    await createResource(deps, {
      scope: scopeOf(call),
      kind: 'trigger',
      name: input.Name,
      state: started ? 'ACTIVATED' : 'CREATED',
      time,
      definition,
      firesAt: started ? cronOf(input.Schedule)?.next(time) : undefined,
      tags: checkedTags(input.Tags),
    })
    return { Name: input.Name }
  },
})

export const getTrigger = operation('GetTrigger', {
  authorize: ({ input, arn }) => [requires('glue:GetTrigger', arn.trigger(input.Name))],
  handle: async (call, deps) => ({
    Trigger: triggerShape(await resourceNamed(dbOf(deps), scopeOf(call), 'trigger', call.input.Name)),
  }),
})

export const updateTrigger = operation('UpdateTrigger', {
  authorize: ({ input, arn }) => [requires('glue:UpdateTrigger', arn.trigger(input.Name))],
  handle: async (call, deps) => {
    const { Name, TriggerUpdate } = call.input
    if (TriggerUpdate.Name !== undefined && TriggerUpdate.Name !== Name) {
      throw invalidInput('A trigger cannot be given another name.')
    }
    return write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'trigger', Name)
      const { Type, Actions } = definitionOf<TriggerDefinition>(row)
      // "This structure overwrites the previous trigger definition"; its type and the need of actions stay.
      const definition = { Type, Actions, ...without(TriggerUpdate, 'Name') } as TriggerDefinition
      checkTrigger(definition)
      const fires_at = row.state === 'ACTIVATED' ? (cronOf(definition.Schedule)?.next(call.time) ?? null) : null
      const change = { definition, fires_at, progress: {}, version: row.version + 1, updated_at: call.time }
      await changeResource(db, row, change)
      return { Trigger: triggerShape(await resourceNamed(db, scopeOf(call), 'trigger', Name)) }
    })
  },
})

export const deleteTrigger = operation('DeleteTrigger', {
  authorize: ({ input, arn }) => [requires('glue:DeleteTrigger', arn.trigger(input.Name))],
  handle: async (call, deps) => {
    // "If the trigger is not found, no exception is thrown."
    await deleteResource(deps, scopeOf(call), 'trigger', call.input.Name)
    return { Name: call.input.Name }
  },
})

async function activate(db: Db, row: ResourceRow, time: number): Promise<void> {
  if (row.state === 'ACTIVATED') return
  const { Schedule } = definitionOf<TriggerDefinition>(row)
  const fires_at = cronOf(Schedule)?.next(time) ?? null
  await changeResource(db, row, { state: 'ACTIVATED', fires_at, progress: {} })
}

export const startTrigger = operation('StartTrigger', {
  authorize: ({ input, arn }) => [requires('glue:StartTrigger', arn.trigger(input.Name))],
  handle: (call, deps) =>
    write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'trigger', call.input.Name)
      if (definitionOf<TriggerDefinition>(row).Type === 'ON_DEMAND') await fireOnDemand(db, row, call.time)
      else await activate(db, row, call.time)
      return { Name: row.name }
    }),
})

export const stopTrigger = operation('StopTrigger', {
  authorize: ({ input, arn }) => [requires('glue:StopTrigger', arn.trigger(input.Name))],
  handle: (call, deps) =>
    write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'trigger', call.input.Name)
      if (definitionOf<TriggerDefinition>(row).Type === 'ON_DEMAND') {
        throw invalidInput('ON_DEMAND triggers are never active and cannot be stopped.')
      }
      await changeResource(db, row, { state: 'DEACTIVATED', fires_at: null, progress: {} })
      return { Name: row.name }
    }),
})

/** "The trigger that can start this job is returned." */
function starts(jobName: string | undefined): ((row: ResourceRow) => boolean) | undefined {
  if (jobName === undefined) return undefined
  return (row) => definitionOf<TriggerDefinition>(row).Actions.some(({ JobName }) => JobName === jobName)
}

export const getTriggers = operation('GetTriggers', {
  authorize: () => [requires('glue:GetTriggers', '*')],
  handle: async (call, deps) => {
    const keep = starts(call.input.DependentJobName)
    const { rows, NextToken } = await pageOfKind(call, deps, 'trigger', 'GetTriggers', keep)
    return { Triggers: rows.map(triggerShape), ...NextToken }
  },
})

export const listTriggers = operation('ListTriggers', {
  authorize: () => [requires('glue:ListTriggers', '*')],
  handle: async (call, deps) => {
    const keep = starts(call.input.DependentJobName)
    const { rows, NextToken } = await pageOfKind(call, deps, 'trigger', 'ListTriggers', keep)
    return { TriggerNames: rows.map(({ name }) => name), ...NextToken }
  },
})

export const batchGetTriggers = operation('BatchGetTriggers', {
  authorize: ({ input, arn }) => batchGetting('glue:BatchGetTriggers', input.TriggerNames, arn.trigger),
  handle: async (call, deps) => {
    const { TriggerNames } = call.input
    const allowed = await allowedOf(call, TriggerNames, 'glue:GetTriggers', deps)
    const { found, missing } = await readBatch(dbOf(deps), scopeOf(call), 'trigger', TriggerNames, allowed)
    return { Triggers: found.map(triggerShape), TriggersNotFound: [...missing] }
  },
})
