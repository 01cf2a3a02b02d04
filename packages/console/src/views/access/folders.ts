/** The map's rows of folders: each may be opened to those in it, a page at a time. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { PolicySource } from '../../aws/account-details.ts'
import { folders } from '../../aws/buckets.ts'
import type { Session } from '../../aws/session.ts'
import type { Reachable } from '../../policy/reach.ts'
import { folderReachable } from '../../policy/reachable.ts'
import type { MapBucket, MapFacts } from './load.ts'

export interface Folder {
  /** `BUCKET/PREFIX` */
  readonly path: string
  readonly bucket: MapBucket
  readonly prefix: string
  /** Shut: what is in it is kept. */
  readonly open: boolean
  readonly inside: Inside | undefined
}

interface Inside {
  readonly folders: readonly string[]
  readonly next: string | undefined
  readonly loading: boolean
  readonly error: unknown
}

export interface MapRow {
  readonly resource: Reachable
  readonly depth: number
  readonly folder: Folder | undefined
  /** Folders of which this is the last row, and of which something is still to be said: that there are more, or a fault. */
  readonly ends: readonly Folder[]
}

interface Opened extends Inside {
  readonly open: boolean
}

type States = ReadonlyMap<string, Opened>

export interface FolderRows {
  readonly rows: readonly MapRow[]
  readonly toggle: (folder: Folder) => void
  readonly more: (folder: Folder) => void
}

export function useFolderRows(session: Session, facts: MapFacts): FolderRows {
  const [states, setStates] = useState<States>(() => atFirst(facts))
  const gone = useRef(false)
  useEffect(
    () => () => {
      gone.current = true
    },
    [],
  )
  // The same objects from one drawing to the next.
  const reachables = useMemo(() => new Map<string, Reachable>(), [facts])
  const change = (path: string, part: Partial<Opened>) => {
    if (gone.current) return
    setStates((before) => new Map([...before, [path, { ...(before.get(path) ?? unread), ...part }]]))
  }
  const load = async ({ path, bucket, prefix }: Folder, known: readonly string[], token: string | undefined) => {
    change(path, { open: true, loading: true, error: undefined })
    try {
      const page = await folders(session.client, bucket.name, prefix, token)
      change(path, { folders: [...known, ...page.items], next: page.next, loading: false })
    } catch (error) {
      change(path, { loading: false, error })
    }
  }
  const reachable = (bucket: MapBucket, prefix: string, policy: PolicySource | undefined) => {
    const path = `${bucket.name}/${prefix}`
    const known = reachables.get(path) ?? folderReachable(session, bucket.name, prefix, policy)
    reachables.set(path, known)
    return known
  }
  const rows = useMemo(
    () => facts.buckets.flatMap((bucket) => rowsOf(bucket, '', 0, states, reachable)),
    [facts, states],
  )
  return {
    rows,
    toggle: (folder) => {
      if (folder.open) change(folder.path, { open: false })
      else if (folder.inside === undefined) void load(folder, [], undefined)
      else change(folder.path, { open: true })
    },
    more: (folder) => {
      if (folder.inside?.loading !== true) void load(folder, folder.inside?.folders ?? [], folder.inside?.next)
    },
  }
}

const unread: Opened = { folders: [], next: undefined, loading: false, error: undefined, open: false }

function atFirst({ buckets }: MapFacts): States {
  return new Map(
    buckets.map(({ name, folders: { items, next } }) => [`${name}/`, { ...unread, folders: items, next, open: true }]),
  )
}

function rowsOf(
  bucket: MapBucket,
  prefix: string,
  depth: number,
  states: States,
  reachable: (bucket: MapBucket, prefix: string, policy: PolicySource | undefined) => Reachable,
): MapRow[] {
  const path = `${bucket.name}/${prefix}`
  const state = states.get(path)
  const folder: Folder = { path, bucket, prefix, open: state?.open === true, inside: state }
  const own: MapRow = { resource: reachable(bucket, prefix, bucket.policy), depth, folder, ends: [] }
  const inside = folder.open ? (state?.folders ?? []) : []
  const rows = [own, ...inside.flatMap((one) => rowsOf(bucket, one, depth + 1, states, reachable))]
  const unsaid = folder.open && (state?.next !== undefined || state?.error !== undefined || state?.loading === true)
  const last = rows.at(-1)
  if (unsaid && last !== undefined) rows[rows.length - 1] = { ...last, ends: [...last.ends, folder] }
  return rows
}
