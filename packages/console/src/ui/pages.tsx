/** A list of the server, a page at a time. Whoever pages by keyboard stays where they are. */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Page } from '../aws/paged.ts'
import { Empty, Fault } from './words.tsx'

interface Props<Item> {
  /** Asked anew when this changes. */
  readonly of: string
  /** `users` */
  readonly what: string
  readonly fetchPage: (token: string | undefined) => Promise<Page<Item>>
  readonly children: (items: readonly Item[]) => ComponentChildren
  readonly empty: ComponentChildren
}

interface State<Item> extends Page<Item> {
  readonly error: unknown
  readonly loading: boolean
  /** Somebody has asked for more. */
  readonly paged: boolean
}

export function Pages<Item>({ of, what, fetchPage, children, empty }: Props<Item>) {
  const [state, setState] = useState<State<Item>>({
    items: [],
    next: undefined,
    error: undefined,
    loading: true,
    paged: false,
  })
  const turn = useRef(0)
  const load = (token: string | undefined, known: readonly Item[]) => {
    turn.current += 1
    const mine = turn.current
    setState((before) => ({ ...before, loading: true, error: undefined }))
    fetchPage(token).then(
      ({ items, next }) => {
        if (mine !== turn.current) return
        const paged = token !== undefined
        setState({ items: [...known, ...items], next, error: undefined, loading: false, paged })
      },
      (error: unknown) => {
        if (mine === turn.current) setState((before) => ({ ...before, error, loading: false }))
      },
    )
  }
  useEffect(() => {
    load(undefined, [])
    return () => {
      turn.current += 1
    }
  }, [of])
  const { items, next, error, loading, paged } = state
  return (
    <>
      {items.length > 0 && children(items)}
      {error !== undefined && <Fault error={error} />}
      {!loading && error === undefined && items.length === 0 && next === undefined && <Empty>{empty}</Empty>}
      {loading && items.length === 0 && <p role="status">Asking the server…</p>}
      <More
        what={what}
        shown={items.length}
        paged={paged}
        loading={loading}
        onMore={next === undefined ? undefined : () => load(next, items)}
      />
    </>
  )
}

interface MoreProps {
  readonly what: string
  readonly shown: number
  readonly paged: boolean
  readonly loading: boolean
  /** Undefined: there is no more. */
  readonly onMore: (() => void) | undefined
}

/** The button keeps the focus while it works; when there is nothing more to ask for, what was found is told in its place. */
export function More({ what, shown, paged, loading, onMore }: MoreProps) {
  const told = useRef<HTMLParagraphElement>(null)
  const ended = paged && onMore === undefined && !loading
  useEffect(() => {
    if (ended && document.activeElement === document.body) told.current?.focus()
  }, [ended])
  if (onMore === undefined && !paged) return null
  return (
    <p class="more" tabIndex={-1} ref={told}>
      {onMore !== undefined && (
        <button type="button" aria-disabled={loading} onClick={() => loading || onMore()}>
          {loading ? 'Asking for more' : 'More'} {what}
        </button>
      )}{' '}
      <span class="note" role="status">
        {onMore === undefined ? `All ${shown} ${what}` : `${shown} ${what} so far`}
      </span>
    </p>
  )
}
