/** A button that asks the server to do something, and says what came of it. */

import { useState } from 'preact/hooks'
import { Fault } from './words.tsx'

interface Props {
  readonly label: string
  readonly act: () => Promise<unknown>
  readonly onDone: () => void
}

export function Action({ label, act, onDone }: Props) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(undefined)
  const run = () => {
    setBusy(true)
    setError(undefined)
    act().then(
      () => {
        setBusy(false)
        onDone()
      },
      (thrown: unknown) => {
        setBusy(false)
        setError(thrown)
      },
    )
  }
  return (
    <>
      <button type="button" class="small" disabled={busy} onClick={run}>
        {label}
      </button>
      {error !== undefined && <Fault error={error} />}
    </>
  )
}
