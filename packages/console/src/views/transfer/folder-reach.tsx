/** A Transfer user's effective permission over the folders of its home: role, boundary and session policy together. */

import { useState } from 'preact/hooks'
import { type AccountPrincipal, accountPrincipals } from '../../aws/account-details.ts'
import { bucketPolicy, listing } from '../../aws/buckets.ts'
import type { Session } from '../../aws/session.ts'
import { policyReader, type Reachable, Reacher, reachNames } from '../../policy/reach.ts'
import { folderReachable } from '../../policy/reachable.ts'
import { definitePolicy, segmentsOf, withUserName } from '../../policy/transfer-session.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Fault, Name } from '../../ui/words.tsx'
import { Cell } from '../access/cell.tsx'
import { toneOf } from '../access/overview.tsx'
import type { TransferUser } from './transfer.tsx'

interface Props {
  readonly session: Session
  readonly user: TransferUser
}

export function FolderReach({ session, user }: Props) {
  const { value: reacher, error } = useLoaded(() => reacherOf(session, user), [session, user])
  const [chosen, setChosen] = useState<Reachable | undefined>(undefined)
  const homes = homesOf(user)
  return (
    <section aria-label="Effective permission">
      <h3>Effective permission</h3>
      {error !== undefined && <Fault error={error} />}
      {reacher !== undefined && homes.length === 0 && (
        <p class="empty">
          This user lands where the buckets are listed. The access map shows what its role may do in each.
        </p>
      )}
      {reacher !== undefined && chosen !== undefined && (
        <Cell reacher={reacher} resource={chosen} onClose={() => setChosen(undefined)} />
      )}
      {reacher !== undefined && (
        <ul class="tree">
          {homes.map(({ bucket }) => (
            <Folder
              key={bucket}
              session={session}
              reacher={reacher}
              bucket={bucket}
              prefix=""
              onChoose={setChosen}
              open
            />
          ))}
        </ul>
      )}
    </section>
  )
}

interface FolderProps {
  readonly session: Session
  readonly reacher: Reacher
  readonly bucket: string
  readonly prefix: string
  readonly onChoose: (resource: Reachable) => void
  readonly open?: boolean
}

function Folder({ session, reacher, bucket, prefix, onChoose, open = false }: FolderProps) {
  const [opened, setOpened] = useState(open)
  const { client } = session
  const policy = useLoaded(() => bucketPolicy(client, bucket), [client, bucket])
  const inside = useLoaded(
    async () => (opened ? listing(client, bucket, prefix) : undefined),
    [client, bucket, prefix, opened],
  )
  if (policy.loading) return <li>…</li>
  const source =
    policy.value === undefined ? undefined : { name: `arn:${session.partition}:s3:::${bucket}`, text: policy.value }
  const resource = folderReachable(session, bucket, prefix, source)
  const reach = reacher.reach(resource)
  return (
    <li>
      <button type="button" class="small" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Name text={`${bucket}/${prefix}`} />
      </button>{' '}
      <button type="button" class={`small may reach-${toneOf(reach)}`} onClick={() => onChoose(resource)}>
        {reachNames[reach]}
        <span class="hidden"> in {`${bucket}/${prefix}`}: explain</span>
      </button>
      {policy.error !== undefined && <Fault error={policy.error} />}
      {opened && inside.error !== undefined && <Fault error={inside.error} />}
      {opened && inside.value !== undefined && (
        <ul>
          {inside.value.folders.map((folder) => (
            <Folder
              key={folder}
              session={session}
              reacher={reacher}
              bucket={bucket}
              prefix={folder}
              onChoose={onChoose}
            />
          ))}
          {inside.value.folders.length === 0 && <li class="note">no folder in it</li>}
          {inside.value.truncated && <li class="note">and more</li>}
        </ul>
      )}
    </li>
  )
}

async function reacherOf(session: Session, user: TransferUser): Promise<Reacher> {
  const principals = await accountPrincipals(session.client)
  const role = principals.find(({ arn }) => arn === user.Role)
  if (role === undefined) throw new Error(`The role ${user.Role ?? ''} is not among the roles of this account.`)
  return new Reacher({ ...role, ...sessionOf(user) }, session, policyReader())
}

function sessionOf(user: TransferUser): Pick<AccountPrincipal, 'session'> {
  if (user.Policy === undefined || user.Policy.trim() === '') return {}
  const directory = user.HomeDirectoryType === 'LOGICAL' ? undefined : (user.HomeDirectory ?? '/')
  const text = definitePolicy(user.Policy, { userName: user.UserName, directory })
  if (text === undefined) {
    throw new Error('The session policy uses a variable that this home does not have: every login is refused.')
  }
  return { session: [{ name: `session policy of ${user.UserName}`, text }] }
}

/** The buckets in which the home lies. */
function homesOf(user: TransferUser): { bucket: string }[] {
  const paths =
    user.HomeDirectoryType === 'LOGICAL'
      ? (user.HomeDirectoryMappings ?? []).map(({ Target }) => Target)
      : [user.HomeDirectory ?? '/']
  const found = paths.flatMap((path) => segmentsOf(withUserName(path, user.UserName))[0] ?? [])
  return [...new Set(found)].map((bucket) => ({ bucket }))
}
