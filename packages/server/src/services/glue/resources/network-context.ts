/**
 * `glue:SubnetIds` and `glue:SecurityGroupIds` of a job: those of the connections that it names. Glue Developer Guide,
 * "Control settings using condition keys or context keys". Without a connection they are absent; `glue:VpcIds` would need to
 * know which network a subnet lies in, and is absent always.
 */

import type { ConnectionInput } from '@aws-sdk/client-glue'
import type { ContextValue } from '@scopedown/engine'
import { readBody } from '../body.ts'
import { findConnection } from '../catalog/connections.ts'
import type { GlueDeps } from '../operation.ts'

export async function networkContext(
  scope: string,
  connections: readonly string[] | undefined,
  { store }: Pick<GlueDeps, 'store'>,
): Promise<Readonly<Record<string, ContextValue>>> {
  const subnets = new Set<string>()
  const groups = new Set<string>()
  for (const name of new Set(connections)) {
    const row = await findConnection(store.db, scope, name)
    const network = row && readBody<ConnectionInput>(row.body).PhysicalConnectionRequirements
    if (network?.SubnetId !== undefined) subnets.add(network.SubnetId)
    for (const group of network?.SecurityGroupIdList ?? []) groups.add(group)
  }
  return {
    ...(subnets.size === 0 ? {} : { 'glue:SubnetIds': [...subnets] }),
    ...(groups.size === 0 ? {} : { 'glue:SecurityGroupIds': [...groups] }),
  }
}
