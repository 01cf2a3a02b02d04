/** Whose session it is. Glue knows an owner by the tag `owner` alone, and its policies compare the tag with `aws:userid`. */

import { ownerOf } from '../../aws/owners.ts'
import type { Session } from '../../aws/session.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Name } from '../../ui/words.tsx'

interface Props {
  readonly session: Session
  readonly tags: Readonly<Record<string, string>>
}

export function Owner({ session, tags }: Props) {
  const tag = tags.owner
  const { value, error, loading } = useLoaded(
    async () => (tag === undefined ? undefined : ownerOf(session, tag)),
    [session, tag],
  )
  if (tag === undefined) return <span class="note">nobody's: it has no tag owner</span>
  if (loading) return <Name text={tag} />
  return (
    <span class="owner">
      {value === undefined ? (
        <Name text={tag} />
      ) : (
        <>
          <strong>
            <Name text={value.name} />
          </strong>
          {value.you && ' (you)'}{' '}
          <span class="note">
            <Name text={tag} />
          </span>
        </>
      )}
      {error !== undefined && <span class="note"> whose id this is, you may not look up</span>}
    </span>
  )
}
