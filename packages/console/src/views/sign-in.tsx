/** Signing in with an access key, and with a role by it. */

import { useId, useState } from 'preact/hooks'
import { assumeRole, type Session, signIn } from '../aws/session.ts'
import { Fault } from '../ui/words.tsx'

interface Props {
  readonly onSignedIn: (session: Session) => void
}

export function SignIn({ onSignedIn }: Props) {
  const [error, setError] = useState<unknown>(undefined)
  const [busy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const data = new FormData(form)
    const value = (name: string) => String(data.get(name) ?? '').trim()
    setBusy(true)
    setError(undefined)
    try {
      const session = await signIn({
        accessKeyId: value('key'),
        secretAccessKey: value('secret'),
        sessionToken: value('token') || undefined,
      })
      const role = value('role')
      onSignedIn(role === '' ? session : await assumeRole(session, role, value('session') || 'console'))
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
    }
  }
  return (
    <main class="sign-in">
      <h1>Scopedown</h1>
      <p>Sign in with an access key of this server. The page shows what its principal may see, and nothing else.</p>
      <form onSubmit={(event) => void submit(event)} autocomplete="off">
        <Field name="key" label="Access key ID" required />
        <Field name="secret" label="Secret access key" required secret />
        <Field name="token" label="Session token, of temporary credentials" secret />
        <details>
          <summary>Take up a role</summary>
          <Field name="role" label="Role ARN" />
          <Field name="session" label="Session name" />
        </details>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
        {error !== undefined && <Fault error={error} />}
      </form>
      <p class="note">
        The secret stays in this page's memory: it is never stored, and never sent. Requests are signed here. Signing
        out, or closing the page, forgets it. The first start of a server writes the administrator's key to the file{' '}
        <code>credentials</code> in its data folder.
      </p>
    </main>
  )
}

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly required?: boolean
  readonly secret?: boolean
}

function Field({ name, label, required = false, secret = false }: FieldProps) {
  const id = useId()
  const shared = { id, name, required, spellcheck: false }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {secret ? (
        <input {...shared} type="password" autocomplete="new-password" />
      ) : (
        <input {...shared} type="text" autocomplete="off" autocapitalize="off" />
      )}
    </div>
  )
}
