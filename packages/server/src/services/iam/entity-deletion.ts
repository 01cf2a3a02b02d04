/**
 * What must be gone before an entity can be deleted, and what goes with it. API reference: DeleteUser, DeleteGroup, DeleteRole,
 * DeleteInstanceProfile ("DeleteConflict").
 */

import { type Db, tables } from './entities.ts'
import { deleteConflict, type EntityKind } from './faults.ts'

type Obstacle = readonly [table: ObstacleTable, column: string, first: string]
type ObstacleTable =
  | 'iam_attachments'
  | 'iam_inline_policies'
  | 'iam_memberships'
  | 'iam_access_keys'
  | 'iam_instance_profile_roles'

const attached: Obstacle = ['iam_attachments', 'owner_id', 'must detach all policies first']
const inline: Obstacle = ['iam_inline_policies', 'owner_id', 'must delete policies first']

const obstacles: Readonly<Record<EntityKind, readonly Obstacle[]>> = {
  user: [
    ['iam_memberships', 'user_id', 'must remove users from group first'],
    attached,
    inline,
    ['iam_access_keys', 'user_id', 'must delete access keys first'],
  ],
  group: [['iam_memberships', 'group_id', 'must remove users from group first'], attached, inline],
  role: [['iam_instance_profile_roles', 'role_id', 'must remove roles from instance profile first'], attached, inline],
  'instance profile': [['iam_instance_profile_roles', 'profile_id', 'must remove roles from instance profile first']],
}

export async function checkDeletable(db: Db, kind: EntityKind, id: string): Promise<void> {
  for (const [table, column, first] of obstacles[kind]) {
    const rows = await db
      .selectFrom(table)
      .select(column as never)
      .where(column as never, '=', id as never)
      .limit(1)
      .execute()
    if (rows.length > 0) throw deleteConflict(`Cannot delete entity, ${first}.`)
  }
}

export async function forgetEntity(db: Db, kind: EntityKind, id: string): Promise<void> {
  await db.deleteFrom('iam_tags').where('owner_id', '=', id).execute()
  await db.deleteFrom('sts_sessions').where('entity_id', '=', id).execute()
  await db.deleteFrom(tables[kind]).where('id', '=', id).execute()
}
