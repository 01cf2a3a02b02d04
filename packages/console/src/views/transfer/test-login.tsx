/**
 * A login tried: of a server with an identity provider by TestIdentityProvider, which asks the provider; of one with users of
 * its own by comparing a public key with the user's. Neither opens a session.
 */

import { printable } from '@scopedown/engine'
import { useState } from 'preact/hooks'
import type { Client } from '../../aws/client.ts'
import { sameKey } from '../../policy/public-key.ts'
import { Fault, Outcome } from '../../ui/words.tsx'
import type { TransferUser } from './transfer.tsx'

interface Props {
  readonly client: Client
  readonly server: string
  /** Not an identity provider's. */
  readonly ownUsers: boolean
}

interface Tried {
  readonly user: string
  readonly opens: boolean
  readonly text: string
  /** The provider's answer as it came. */
  readonly answer?: string
}

interface Given {
  readonly user: string
  readonly password: string
  readonly key: string
}

export function TestLogin({ client, server, ownUsers }: Props) {
  const [given, setGiven] = useState<Given>({ user: '', password: '', key: '' })
  const [tried, setTried] = useState<Tried | undefined>(undefined)
  const [error, setError] = useState<unknown>(undefined)
  const attempt = async (event: Event) => {
    event.preventDefault()
    setTried(undefined)
    setError(undefined)
    try {
      setTried(await (ownUsers ? tryOwnUser(client, server, given) : tryProvider(client, server, given)))
    } catch (thrown) {
      setError(thrown)
    }
    setGiven({ ...given, password: '' })
  }
  const field = (name: keyof Given) => ({
    value: given[name],
    onInput: (event: Event) => setGiven({ ...given, [name]: (event.currentTarget as HTMLInputElement).value }),
    spellcheck: false,
  })
  return (
    <section aria-label="Test login" class="panel">
      <h3>Test login</h3>
      <p class="note">
        {ownUsers
          ? "Compares a public key with the user's. Nothing is opened."
          : 'Asks the identity provider as a login would. Nothing is opened.'}
      </p>
      <form class="question" onSubmit={(event) => void attempt(event)}>
        <label>
          User name
          <input {...field('user')} required autocomplete="off" />
        </label>
        {!ownUsers && (
          <label>
            Password
            <input {...field('password')} type="password" autocomplete="new-password" />
          </label>
        )}
        <label>
          Public key{ownUsers ? '' : ', to compare with those that the provider answers'}
          <textarea {...field('key')} rows={2} required={ownUsers} placeholder="ssh-ed25519 AAAA…" autocomplete="off" />
        </label>
        <button type="submit">Test</button>
      </form>
      <div role="status">
        {tried !== undefined && (
          <>
            <p>
              <Outcome outcome={tried.opens ? 'accepted' : 'refused'} /> <bdi>{printable(tried.user)}</bdi>:{' '}
              {tried.text}
            </p>
            {tried.answer !== undefined && <pre>{tried.answer.split('\n').map(printable).join('\n')}</pre>}
          </>
        )}
      </div>
      {error !== undefined && <Fault error={error} />}
    </section>
  )
}

async function tryOwnUser(client: Client, server: string, { user, key }: Given): Promise<Tried> {
  const input = { ServerId: server, UserName: user }
  const { User } = await client.json<{ User: TransferUser }>('transfer', 'TransferService.DescribeUser', input)
  const keys = User.SshPublicKeys ?? []
  const found = keys.find(({ SshPublicKeyBody: body }) => body !== undefined && sameKey(body, key))
  if (found !== undefined) return { user, opens: true, text: `the key is its ${found.SshPublicKeyId}.` }
  return { user, opens: false, text: keys.length === 0 ? 'it has no key.' : `the key is none of its ${keys.length}.` }
}

interface ProviderAnswer {
  readonly Response?: string
  readonly StatusCode: number
  readonly Message?: string
}

async function tryProvider(client: Client, server: string, { user, password, key }: Given): Promise<Tried> {
  const input = { ServerId: server, UserName: user, ...(password === '' ? {} : { UserPassword: password }) }
  const said = await client.json<ProviderAnswer>('transfer', 'TransferService.TestIdentityProvider', input)
  const { role, keys } = read(said.Response)
  const answer = JSON.stringify(said, null, 2)
  if (role === undefined) {
    const text = 'the provider does not let this user in.'
    return { user, opens: false, text: said.Message ? `${text} ${printable(said.Message)}` : text, answer }
  }
  if (password !== '') return { user, opens: true, text: 'the provider lets this user in with the password.', answer }
  const opens = keys.some((one) => sameKey(one, key))
  const text = opens ? 'the key is one of those that the provider answers.' : 'the provider answers no such key.'
  return { user, opens, text, answer }
}

/** A provider that lets somebody in names a role. Transfer Family User Guide, "Working with custom identity providers". */
function read(response: string | undefined): { role: string | undefined; keys: readonly string[] } {
  try {
    const { Role, PublicKeys } = JSON.parse(response ?? '') as { Role?: unknown; PublicKeys?: unknown }
    const keys = [PublicKeys ?? []].flat().filter((one) => typeof one === 'string')
    return { role: typeof Role === 'string' && Role !== '' ? Role : undefined, keys }
  } catch {
    return { role: undefined, keys: [] }
  }
}
