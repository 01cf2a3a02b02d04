/** A trigger as stored, as the API shows it, and what it may say. Glue Developer Guide, "AWS Glue triggers" (about-triggers). */

import type { Trigger } from '@aws-sdk/client-glue'
import { invalidInput } from '../faults.ts'
import type { GlueInput } from '../operation.ts'
import { cronOf } from './crawler-shape.ts'
import { definitionOf, type ResourceRow } from './stored.ts'

export type TriggerDefinition = Omit<GlueInput<'CreateTrigger'>, 'Tags' | 'Name' | 'StartOnCreation'>

export interface TriggerProgress {
  /** Of a conditional trigger: the conditions, by position, that have come true since it last fired. */
  readonly met?: readonly number[]
}

export type Condition = NonNullable<NonNullable<TriggerDefinition['Predicate']>['Conditions']>[number]
export type Action = TriggerDefinition['Actions'][number]

export function triggerShape(row: ResourceRow): Trigger {
  return {
    ...definitionOf<TriggerDefinition>(row),
    Name: row.name,
    State: row.state as NonNullable<Trigger['State']>,
  }
}

export function checkTrigger(trigger: TriggerDefinition): void {
  const { Type, Schedule, Predicate, Actions, WorkflowName, EventBatchingCondition } = trigger
  checkActions(Actions)
  if (WorkflowName !== undefined) throw invalidInput('This server has no workflows: a trigger cannot belong to one.')
  if (Type === 'EVENT' || EventBatchingCondition !== undefined) {
    throw invalidInput('An EVENT trigger starts a workflow, and this server has none.')
  }
  const scheduled = Schedule !== undefined && Schedule !== ''
  if ((Type === 'SCHEDULED') !== scheduled) {
    throw invalidInput(
      scheduled ? `A trigger of type ${Type} cannot have a schedule.` : 'A SCHEDULED trigger needs a schedule.',
    )
  }
  cronOf(Schedule)
  const conditions = Predicate?.Conditions ?? []
  if ((Type === 'CONDITIONAL') !== conditions.length > 0) {
    throw invalidInput(
      conditions.length > 0
        ? `A trigger of type ${Type} cannot have a predicate.`
        : 'A CONDITIONAL trigger needs a predicate with conditions.',
    )
  }
  conditions.forEach(checkCondition)
  if (conditions.length > 1 && Predicate?.Logical === undefined) {
    throw invalidInput('A predicate of several conditions needs a Logical of AND or ANY.')
  }
}

function checkActions(actions: readonly Action[]): void {
  if (actions.length === 0) throw invalidInput('A trigger needs at least one action.')
  for (const { JobName, CrawlerName, ...ofJob } of actions) {
    if ((JobName === undefined) === (CrawlerName === undefined)) {
      throw invalidInput('An action names either a job or a crawler.')
    }
    if (CrawlerName !== undefined && Object.values(ofJob).some((value) => value !== undefined)) {
      throw invalidInput('An action on a crawler has no settings of a job.')
    }
  }
  if (actions.filter(({ CrawlerName }) => CrawlerName !== undefined).length > 2) {
    throw invalidInput('Only two crawlers can be activated by a single trigger.')
  }
}

const jobStates = new Set(['SUCCEEDED', 'STOPPED', 'FAILED', 'TIMEOUT'])
const crawlStates = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED'])

function checkCondition({ JobName, State, CrawlerName, CrawlState, LogicalOperator }: Condition): void {
  if (LogicalOperator !== undefined && LogicalOperator !== 'EQUALS') throw invalidInput('Conditions compare by EQUALS.')
  const ofJob = JobName !== undefined && CrawlerName === undefined && CrawlState === undefined
  const ofCrawler = CrawlerName !== undefined && JobName === undefined && State === undefined
  if (ofJob && State !== undefined && jobStates.has(State)) return
  if (ofCrawler && CrawlState !== undefined && crawlStates.has(CrawlState)) return
  throw invalidInput(
    'A condition watches a job for SUCCEEDED, STOPPED, FAILED or TIMEOUT, or a crawler for SUCCEEDED, FAILED or CANCELLED.',
  )
}
