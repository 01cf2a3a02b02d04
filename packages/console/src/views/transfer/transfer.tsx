/** Transfer: SFTP servers, their users, and how far a chosen user reaches in the folders of its home. */

import { useState } from 'preact/hooks'
import type { Session } from '../../aws/session.ts'
import { Action } from '../../ui/action.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
import { PolicyText } from '../../ui/policy-text.tsx'
import { Fault, Name } from '../../ui/words.tsx'
import { FolderReach } from './folder-reach.tsx'

interface Props {
  readonly session: Session
  /** `SERVER` or `SERVER/USER`. */
  readonly rest: string
}

interface Server {
  readonly ServerId: string
  readonly State?: string
  readonly IdentityProviderType?: string
}

export interface TransferUser {
  readonly UserName: string
  readonly Role?: string
  readonly HomeDirectory?: string
  readonly HomeDirectoryType?: string
  readonly HomeDirectoryMappings?: readonly { readonly Entry: string; readonly Target: string }[]
  readonly Policy?: string
  readonly SshPublicKeys?: readonly { readonly SshPublicKeyId: string }[]
}

export function Transfer({ session, rest }: Props) {
  const [server = '', ...user] = rest.split('/')
  return (
    <>
      <h1>Transfer</h1>
      {server === '' ? (
        <Servers session={session} />
      ) : user.length === 0 ? (
        <Users session={session} server={server} />
      ) : (
        <User session={session} server={server} name={user.join('/')} />
      )}
    </>
  )
}

function Servers({ session: { client } }: { readonly session: Session }) {
  return (
    <Pages
      of="servers"
      fetchPage={async (NextToken) => {
        const page = await client.json<{ Servers?: Server[]; NextToken?: string }>(
          'transfer',
          'TransferService.ListServers',
          { NextToken, MaxResults: 100 },
        )
        return { items: page.Servers ?? [], next: page.NextToken }
      }}
      empty={
        <>
          There is no SFTP server. Make one: <code>aws transfer create-server</code>
        </>
      }
    >
      {(items) => (
        <ul class="plain-list">
          {items.map(({ ServerId, State, IdentityProviderType }) => (
            <li key={ServerId} class="call">
              <a href={`#/transfer/${ServerId}`}>
                <Name text={ServerId} />
              </a>{' '}
              {State} {IdentityProviderType}
            </li>
          ))}
        </ul>
      )}
    </Pages>
  )
}

function Users({ session, server }: { readonly session: Session; readonly server: string }) {
  const { client } = session
  const found = useLoaded(
    () =>
      client.json<{ Server: Server }>('transfer', 'TransferService.DescribeServer', {
        ServerId: server,
      }),
    [client, server],
  )
  return (
    <>
      <p>
        <a href="#/transfer">All servers</a>
      </p>
      <h2>
        <Name text={server} /> {found.value?.Server.State}
      </h2>
      {found.error !== undefined && <Fault error={found.error} />}
      <h3>Users</h3>
      <Pages
        of={server}
        fetchPage={async (NextToken) => {
          const page = await client.json<{ Users?: TransferUser[]; NextToken?: string }>(
            'transfer',
            'TransferService.ListUsers',
            { ServerId: server, NextToken, MaxResults: 100 },
          )
          return { items: page.Users ?? [], next: page.NextToken }
        }}
        empty={
          <>
            It has no user of its own. Make one: <code>aws transfer create-user --server-id {server}</code>
          </>
        }
      >
        {(items) => (
          <ul class="plain-list">
            {items.map(({ UserName, Role }) => (
              <li key={UserName} class="call">
                <a href={`#/transfer/${server}/${encodeURIComponent(UserName)}`}>
                  <Name text={UserName} />
                </a>{' '}
                <Name text={Role ?? ''} />
              </li>
            ))}
          </ul>
        )}
      </Pages>
      {found.value !== undefined && found.value.Server.IdentityProviderType !== 'SERVICE_MANAGED' && (
        <TestLogin session={session} server={server} />
      )}
    </>
  )
}

function TestLogin({ session: { client }, server }: { readonly session: Session; readonly server: string }) {
  const [given, setGiven] = useState({ UserName: '', UserPassword: '' })
  const [answer, setAnswer] = useState<unknown>(undefined)
  return (
    <section aria-label="Test login">
      <h3>Test login with the identity provider</h3>
      <div class="draft-head">
        <label>
          User name
          <input
            value={given.UserName}
            onInput={(event) => setGiven({ ...given, UserName: event.currentTarget.value })}
            autocomplete="off"
          />
        </label>
        <label>
          Password
          <input
            type="password"
            value={given.UserPassword}
            onInput={(event) => setGiven({ ...given, UserPassword: event.currentTarget.value })}
            autocomplete="new-password"
          />
        </label>
        <Action
          label="Test"
          act={async () => {
            setAnswer(undefined)
            const input = { ServerId: server, ...given }
            setAnswer(await client.json('transfer', 'TransferService.TestIdentityProvider', input))
          }}
          onDone={() => setGiven({ ...given, UserPassword: '' })}
        />
      </div>
      {answer !== undefined && <pre>{JSON.stringify(answer, null, 2)}</pre>}
    </section>
  )
}

function User({
  session,
  server,
  name,
}: {
  readonly session: Session
  readonly server: string
  readonly name: string
}) {
  const { client } = session
  const { value, error } = useLoaded(
    () =>
      client.json<{ User: TransferUser }>('transfer', 'TransferService.DescribeUser', {
        ServerId: server,
        UserName: name,
      }),
    [client, server, name],
  )
  const user = value?.User
  return (
    <>
      <p>
        <a href={`#/transfer/${server}`}>All users of {server}</a>
      </p>
      <h2>
        <Name text={name} />
      </h2>
      {error !== undefined && <Fault error={error} />}
      {user !== undefined && (
        <>
          <dl class="facts">
            <dt>Role</dt>
            <dd>
              <Name text={user.Role ?? ''} />
            </dd>
            <dt>Home</dt>
            <dd>
              {user.HomeDirectoryType === 'LOGICAL' ? (
                user.HomeDirectoryMappings?.map(({ Entry, Target }) => (
                  <div key={Entry}>
                    <Name text={Entry} /> is <Name text={Target} />
                  </div>
                ))
              ) : (
                <Name text={user.HomeDirectory ?? '/'} />
              )}
            </dd>
            <dt>Keys</dt>
            <dd>{user.SshPublicKeys?.length ?? 0}</dd>
          </dl>
          {user.Policy !== undefined && (
            <>
              <h3>Session policy, as it was given</h3>
              <PolicyText text={user.Policy} marks={[]} title="Text of the session policy" />
            </>
          )}
          <FolderReach session={session} user={user} />
        </>
      )}
    </>
  )
}
