/** What a view has asked the server for: under way, there, or refused. */

import { useCallback, useEffect, useState } from 'preact/hooks'

export interface Loaded<Value> {
  readonly value: Value | undefined
  readonly error: unknown
  readonly loading: boolean
  readonly reload: () => void
}

/** Asks anew when `dependencies` change; answers that were overtaken are dropped. */
export function useLoaded<Value>(load: () => Promise<Value>, dependencies: readonly unknown[]): Loaded<Value> {
  const [state, setState] = useState<Omit<Loaded<Value>, 'reload'>>({
    value: undefined,
    error: undefined,
    loading: true,
  })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let overtaken = false
    setState((before) => ({ ...before, error: undefined, loading: true }))
    load().then(
      (value) => overtaken || setState({ value, error: undefined, loading: false }),
      (error: unknown) => overtaken || setState({ value: undefined, error, loading: false }),
    )
    return () => {
      overtaken = true
    }
  }, [...dependencies, turn])
  return { ...state, reload: useCallback(() => setTurn((before) => before + 1), []) }
}
