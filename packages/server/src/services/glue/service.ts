/** AWS Glue, API version 2017-03-31: its rooms put together. Glue Web API Reference. */

import type { Arn } from '@scopedown/engine'
import type { SourcedPolicy } from '../../kernel/caller.ts'
import type { ResourceFacts, ServiceDefinition } from '../../kernel/service.ts'
import type { SchemaSteps } from '../../store/store.ts'
import { scopeKey, splitKind } from './arns.ts'
import { catalogRoom } from './catalog/room.ts'
import { type GlueDeps, glueModel } from './operation.ts'
import { resourcesRoom } from './resources/room.ts'
import type { ResourceKind, Room } from './room.ts'
import { sessionsRoom } from './sessions/room.ts'
import { glueSteps } from './tables.ts'
import { taggingOperations } from './tagging.ts'

const rooms: readonly Room[] = [sessionsRoom, catalogRoom, resourcesRoom]

const kinds: ReadonlyMap<string, ResourceKind> = new Map(rooms.flatMap((room) => Object.entries(room.kinds)))

export const glueSchemaSteps: SchemaSteps = Object.assign({}, glueSteps, ...rooms.map(({ steps }) => steps))

/** Tags of the resource that an ARN names, and the catalog's policy where it covers that kind. */
function describe(
  arn: Arn,
  _action: string,
  deps: GlueDeps,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  const { kind: prefix, name: written } = splitKind(arn.resource)
  const kind = kinds.get(prefix)
  if (kind === undefined) return undefined
  const scope = scopeKey(arn)
  const name = kind.foldsNames === true ? written.toLowerCase() : written
  const policy = kind.inCatalog
    ? deps.facts.catalogPolicy(scope, `arn:${arn.partition}:glue:${arn.region}:${arn.account}:catalog`)
    : undefined
  // Ten thousand tables of a database are asked about one by one: no promise is made where nothing is waited for.
  if (!kind.taggable && !(policy instanceof Promise)) return { policy }
  return gathered(kind, prefix, name, scope, policy, deps)
}

async function gathered(
  kind: ResourceKind,
  prefix: string,
  name: string,
  scope: string,
  pending: SourcedPolicy | undefined | Promise<SourcedPolicy | undefined>,
  deps: GlueDeps,
): Promise<ResourceFacts> {
  const policy = await pending
  if (!kind.taggable) return { policy }
  const tags = await deps.facts.tags(scope, `${prefix}/${name}`)
  const context = {
    ...(deps.switches.legacyResourceTagKey
      ? Object.fromEntries([...tags].map(([key, value]) => [`glue:resourceTag/${key}`, value]))
      : {}),
    ...(await kind.context?.(deps.store.db, scope, name)),
  }
  return { policy, tags, context }
}

export const glueService: ServiceDefinition<GlueDeps> = {
  name: 'glue',
  protocol: 'awsJson',
  model: glueModel,
  routeKey: 'AWSGlue',
  scope: 'regional',
  // A batch of a hundred partitions, each with its columns, is larger than most calls.
  maxBodyBytes: 8 * 1024 * 1024,
  operations: [...rooms.flatMap(({ operations }) => operations), ...taggingOperations(kinds)],
  describe,
}
