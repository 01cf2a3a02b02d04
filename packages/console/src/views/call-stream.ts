/** The calls that match a filter: pages of older ones, and new ones as they come. */

import { useEffect, useState } from 'preact/hooks'
import { type Call, type CallsFilter, listCalls } from '../aws/calls.ts'
import type { Client } from '../aws/client.ts'

export interface CallStream {
  readonly calls: readonly Call[]
  readonly error: unknown
  readonly loading: boolean
  /** How many came since the page was opened. */
  readonly arrived: number
  readonly older: (() => Promise<void>) | undefined
}

const pageSize = 50
/** More than a person looks through; the older ones are a page away. */
const kept = 500
const waitSeconds = 10
const retryMilliseconds = 5000

interface State {
  readonly calls: readonly Call[]
  readonly next: string | undefined
  readonly error: unknown
  readonly loading: boolean
  readonly arrived: number
}

const start: State = { calls: [], next: undefined, error: undefined, loading: true, arrived: 0 }

export function useCallStream(client: Client, filter: CallsFilter, live: boolean): CallStream {
  const [state, setState] = useState(start)
  const key = JSON.stringify(filter)
  useEffect(() => {
    const stop = new AbortController()
    void follow(client, JSON.parse(key) as CallsFilter, live, stop.signal, setState)
    return () => stop.abort()
  }, [client, key, live])
  const { next } = state
  const older = async () => {
    try {
      const page = await listCalls(client, {
        ...filter,
        MaxResults: pageSize,
        ...(next === undefined ? {} : { NextToken: next }),
      })
      setState((before) => ({
        ...before,
        calls: [...before.calls, ...(page.Calls ?? [])],
        next: page.NextToken,
        error: undefined,
      }))
    } catch (error) {
      setState((before) => ({ ...before, error }))
    }
  }
  return { ...state, older: next === undefined ? undefined : older }
}

type Update = (change: (before: State) => State) => void

async function follow(
  client: Client,
  filter: CallsFilter,
  live: boolean,
  signal: AbortSignal,
  update: Update,
): Promise<void> {
  update(() => start)
  let newest: string | undefined
  for (let first = true; !signal.aborted; first = false) {
    try {
      const since = newest === undefined ? {} : { After: newest, WaitSeconds: waitSeconds }
      const page = await listCalls(client, { ...filter, MaxResults: first ? pageSize : 200, ...since }, signal)
      if (signal.aborted) return
      newest = page.Newest ?? newest
      const came = page.Calls ?? []
      // More came than fit a page: from the newest again, or the list would have a hole.
      update((before) =>
        first || page.NextToken !== undefined
          ? {
              calls: came,
              next: page.NextToken,
              error: undefined,
              loading: false,
              arrived: before.arrived + (first ? 0 : came.length),
            }
          : {
              ...before,
              ...bounded([...came, ...before.calls], before),
              error: undefined,
              arrived: before.arrived + came.length,
            },
      )
      if (!live) return
      // Nothing was ever written: there is no place to wait behind.
      if (newest === undefined) await pause(retryMilliseconds)
    } catch (error) {
      if (signal.aborted) return
      update((before) => ({ ...before, error, loading: false }))
      if (!live || first) return
      await pause(retryMilliseconds)
    }
  }
}

/** The oldest make room; where they were cut off is where older ones are asked for. */
function bounded(calls: readonly Call[], before: State): Pick<State, 'calls' | 'next'> {
  const most = Math.max(kept, before.calls.length)
  const rest = calls.slice(0, most)
  return { calls: rest, next: calls.length > most ? rest.at(-1)?.Place : before.next }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
