/** A Transfer user's effective permission over the folders of its home: role, boundary and session policy together. */

import { useState } from 'preact/hooks'
import { type AccountPrincipal, accountPrincipals, type PolicySource } from '../../aws/account-details.ts'
import { bucketPolicy, folders } from '../../aws/buckets.ts'
import type { Session } from '../../aws/session.ts'
import { policyReader, type Reachable, Reacher, reachNames } from '../../policy/reach.ts'
import { folderReachable } from '../../policy/reachable.ts'
import { definitePolicy, segmentsOf, withUserName } from '../../policy/transfer-session.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
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
        <Cell reacher={reacher} resource={chosen} asked="session" onClose={() => setChosen(undefined)} />
      )}
      {reacher !== undefined && (
        <ul class="tree">
          {homes.map(({ bucket }) => (
            <Bucket key={bucket} session={session} reacher={reacher} bucket={bucket} onChoose={setChosen} />
          ))}
        </ul>
      )}
    </section>
  )
}

interface BucketProps {
  readonly session: Session
  readonly reacher: Reacher
  readonly bucket: string
  readonly onChoose: (resource: Reachable) => void
}

/** Its policy bears on every folder of it. */
function Bucket(props: BucketProps) {
  const { session, bucket } = props
  const policy = useLoaded(() => bucketPolicy(session.client, bucket), [session, bucket])
  if (policy.loading) return <li>…</li>
  if (policy.error !== undefined) {
    return (
      <li>
        <Name text={bucket} /> <Fault error={policy.error} />
      </li>
    )
  }
  const source =
    policy.value === undefined ? undefined : { name: `arn:${session.partition}:s3:::${bucket}`, text: policy.value }
  return <Folder {...props} prefix="" policy={source} open />
}

interface FolderProps extends BucketProps {
  readonly prefix: string
  readonly policy: PolicySource | undefined
  readonly open?: boolean
}

function Folder({ session, reacher, bucket, prefix, policy, onChoose, open = false }: FolderProps) {
  const [opened, setOpened] = useState(open)
  const { client } = session
  const resource = folderReachable(session, bucket, prefix, policy)
  const reach = reacher.reach(resource)
  return (
    <li>
      <button type="button" class="expand" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Name text={`${bucket}/${prefix}`} />
      </button>{' '}
      <button type="button" class={`small may reach-${toneOf(reach)}`} onClick={() => onChoose(resource)}>
        {reachNames[reach]}
        <span class="hidden"> in {`${bucket}/${prefix}`}: explain</span>
      </button>
      {opened && (
        <Pages
          of={`${bucket}/${prefix}`}
          what={`folders of ${bucket}/${prefix}`}
          fetchPage={(token) => folders(client, bucket, prefix, token)}
          empty="There is no folder in it."
        >
          {(items) => (
            <ul>
              {items.map((folder) => (
                <Folder
                  key={folder}
                  session={session}
                  reacher={reacher}
                  bucket={bucket}
                  prefix={folder}
                  policy={policy}
                  onChoose={onChoose}
                />
              ))}
            </ul>
          )}
        </Pages>
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
