/** The kinds of resource in this room: those with an ARN bear tags. */

import type { ResourceKind as RoomKind } from '../room.ts'
import { type Db, findResource } from './stored.ts'
import { titles } from './titles.ts'

const withArns = ['crawler', 'job', 'trigger', 'devEndpoint', 'mlTransform'] as const

export type TaggableKind = (typeof withArns)[number]

export const resourceKinds: Readonly<Record<string, RoomKind>> = Object.fromEntries(
  withArns.map((kind) => [
    kind,
    {
      taggable: true,
      inCatalog: false,
      title: titles[kind],
      exists: async (db, scope, name) => (await findResource(db as unknown as Db, scope, kind, name)) !== undefined,
    } satisfies RoomKind,
  ]),
)
