/** A list of the server, a page at a time. */

import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Empty, Fault } from './words.tsx'

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | undefined
}

interface Props<Item> {
  /** Asked anew when this changes. */
  readonly of: string
  readonly fetchPage: (token: string | undefined) => Promise<Page<Item>>
  readonly children: (items: readonly Item[]) => ComponentChildren
  readonly empty: ComponentChildren
}

interface State<Item> {
  readonly items: readonly Item[]
  readonly next: string | undefined
  readonly error: unknown
  readonly loading: boolean
}

export function Pages<Item>({ of, fetchPage, children, empty }: Props<Item>) {
  const [state, setState] = useState<State<Item>>({ items: [], next: undefined, error: undefined, loading: true })
  const load = (token: string | undefined, known: readonly Item[], overtaken: () => boolean) => {
    setState((before) => ({ ...before, loading: true, error: undefined }))
    fetchPage(token).then(
      ({ items, next }) =>
        overtaken() || setState({ items: [...known, ...items], next, error: undefined, loading: false }),
      (error: unknown) => overtaken() || setState((before) => ({ ...before, error, loading: false })),
    )
  }
  useEffect(() => {
    let gone = false
    load(undefined, [], () => gone)
    return () => {
      gone = true
    }
  }, [of])
  const { items, next, error, loading } = state
  return (
    <>
      {items.length > 0 && children(items)}
      {error !== undefined && <Fault error={error} />}
      {!loading && error === undefined && items.length === 0 && <Empty>{empty}</Empty>}
      {loading && <p role="status">Asking the server…</p>}
      {next !== undefined && !loading && (
        <button type="button" onClick={() => load(next, items, () => false)}>
          More
        </button>
      )}
    </>
  )
}
