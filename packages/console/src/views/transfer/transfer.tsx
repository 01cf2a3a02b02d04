/** Transfer: SFTP servers, their users, and how far a chosen user reaches in the folders of its home. */

import type { Session } from '../../aws/session.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Pages } from '../../ui/pages.tsx'
import { PolicyText } from '../../ui/policy-text.tsx'
import { Fault, Name } from '../../ui/words.tsx'
import { FolderReach } from './folder-reach.tsx'
import { TestLogin } from './test-login.tsx'

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
  readonly SshPublicKeys?: readonly { readonly SshPublicKeyId: string; readonly SshPublicKeyBody?: string }[]
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
      what="servers"
      fetchPage={async (NextToken) => {
        const page = await client.json<{ Servers?: Server[]; NextToken?: string }>(
          'transfer',
          'TransferService.ListServers',
          { NextToken, MaxResults: 25 },
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
        <ul class="rows">
          {items.map(({ ServerId, State, IdentityProviderType }) => (
            <li key={ServerId} class="row">
              <a href={`#/transfer/${ServerId}`}>
                <Name text={ServerId} />
              </a>
              <ServerState state={State} />
              <span class="note">
                {IdentityProviderType === 'SERVICE_MANAGED' ? 'users of its own' : IdentityProviderType}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Pages>
  )
}

function ServerState({ state }: { readonly state: string | undefined }) {
  return <span class={`outcome tone-${state === 'ONLINE' ? 'good' : 'plain'}`}>{state}</span>
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
        <span class="kind">Server</span> <Name text={server} />{' '}
        {found.value !== undefined && <ServerState state={found.value.Server.State} />}
      </h2>
      {found.error !== undefined && <Fault error={found.error} />}
      <h3>Users</h3>
      <Pages
        of={server}
        what="users"
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
          <ul class="rows">
            {items.map(({ UserName, Role }) => (
              <li key={UserName} class="row">
                <a href={`#/transfer/${server}/${encodeURIComponent(UserName)}`}>
                  <Name text={UserName} />
                </a>
                <span class="note">
                  as <Name text={Role ?? 'no role'} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Pages>
      {found.value !== undefined && (
        <TestLogin
          client={client}
          server={server}
          ownUsers={found.value.Server.IdentityProviderType === 'SERVICE_MANAGED'}
        />
      )}
    </>
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
        <span class="kind">User</span> <Name text={name} />
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
            <dd>
              {user.SshPublicKeys?.map(({ SshPublicKeyId: id }) => id).join(', ') || (
                <>
                  none, so that nobody can log in as this user: <code>aws transfer import-ssh-public-key</code>
                </>
              )}
            </dd>
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
