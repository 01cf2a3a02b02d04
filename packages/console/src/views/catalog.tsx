/** Catalog: databases and tables as a tree, with what the signed-in principal may do at each level. */

import { useMemo } from 'preact/hooks'
import { type AccountPrincipal, accountPrincipals } from '../aws/account-details.ts'
import { catalogPolicy, databasePages, glueTags, type Table, tablePages } from '../aws/catalog.ts'
import type { Session } from '../aws/session.ts'
import { policyReader, type Reachable, Reacher, reachNames } from '../policy/reach.ts'
import { CatalogQuestions, catalogArns } from '../policy/reachable.ts'
import { useLoaded } from '../ui/loaded.ts'
import { Pages } from '../ui/pages.tsx'
import { Fault, Name } from '../ui/words.tsx'
import { toneOf } from './access/overview.tsx'

interface Props {
  readonly session: Session
  readonly database: string
}

interface Own {
  readonly reacher: Reacher
  readonly questions: CatalogQuestions
}

export function Catalog({ session, database }: Props) {
  const { client } = session
  const own = useLoaded(() => ownReach(session), [session])
  return (
    <>
      <h1>Catalog</h1>
      {own.error !== undefined && (
        <section aria-label="What you may do">
          <p>What you may do cannot be drawn here, because your own policies cannot be read:</p>
          <Fault error={own.error} />
        </section>
      )}
      {database === '' ? (
        <Pages
          of="databases"
          what="databases"
          fetchPage={databasePages(client)}
          empty={
            <>
              There is no database that you may see. Make one:{' '}
              <code>aws glue create-database --database-input Name=sales</code>
            </>
          }
        >
          {(items) => (
            <ul class="rows">
              {items.map(({ Name: name }) => (
                <DatabaseRow key={name} session={session} name={name} own={own.value} />
              ))}
            </ul>
          )}
        </Pages>
      ) : (
        <Tables session={session} database={database} own={own.value} />
      )}
    </>
  )
}

function DatabaseRow({
  session,
  name,
  own,
}: {
  readonly session: Session
  readonly name: string
  readonly own: Own | undefined
}) {
  const tags = useTags(session, name)
  return (
    <li class="row">
      <a href={`#/catalog/${encodeURIComponent(name)}`}>
        <Name text={name} />
      </a>{' '}
      {tags !== undefined && <May own={own} reachable={own?.questions.database(name, tags)} />}
    </li>
  )
}

/** Undefined while they are asked for; none where they may not be read, as a condition on them would find none either way. */
function useTags(session: Session, database: string): Readonly<Record<string, string>> | undefined {
  const arn = catalogArns(session).database(database)
  const { value, error } = useLoaded(() => glueTags(session.client, arn), [session, arn])
  return error === undefined ? value : {}
}

function Tables({
  session,
  database,
  own,
}: {
  readonly session: Session
  readonly database: string
  readonly own: Own | undefined
}) {
  const tags = useTags(session, database)
  return (
    <>
      <p>
        <a href="#/catalog">All databases</a>
      </p>
      <h2>
        <span class="kind">Database</span> <Name text={database} />{' '}
        {tags !== undefined && <May own={own} reachable={own?.questions.database(database, tags)} />}
      </h2>
      <Pages
        of={database}
        what="tables"
        fetchPage={tablePages(session.client, database)}
        empty={
          <>
            This database has no table that you may see. Make one:{' '}
            <code>aws glue create-table --database-name {database} --table-input Name=orders</code>
          </>
        }
      >
        {(items) => (
          <ul class="rows">
            {items.map((table) => (
              <li key={table.Name} class="row">
                <strong>
                  <Name text={table.Name} />
                </strong>{' '}
                {tags !== undefined && <May own={own} reachable={own?.questions.table(database, table.Name, tags)} />}
                <Columns table={table} />
              </li>
            ))}
          </ul>
        )}
      </Pages>
    </>
  )
}

function Columns({ table: { StorageDescriptor: storage } }: { readonly table: Table }) {
  const columns = storage?.Columns ?? []
  if (columns.length === 0) return null
  return (
    <details>
      <summary>{columns.length} columns</summary>
      <ul>
        {columns.map(({ Name: name, Type }) => (
          <li key={name}>
            <Name text={name} /> <Name text={Type ?? ''} />
          </li>
        ))}
      </ul>
    </details>
  )
}

function May({ own, reachable }: { readonly own: Own | undefined; readonly reachable: Reachable | undefined }) {
  const reach = useMemo(
    () => (own === undefined || reachable === undefined ? undefined : own.reacher.reach(reachable)),
    [own, reachable?.id],
  )
  if (reach === undefined) return null
  return <span class={`may reach-${toneOf(reach)}`}>you: {reachNames[reach]}</span>
}

/** A role's session is decided as the role; session policies and tags of the session are not readable by anybody. */
async function ownReach(session: Session): Promise<Own> {
  const principal = ownPrincipal(session, await accountPrincipals(session.client))
  const text = await catalogPolicy(session.client)
  const policy = text === undefined ? undefined : { name: catalogArns(session).catalog, text }
  return { reacher: new Reacher(principal, session, policyReader()), questions: new CatalogQuestions(session, policy) }
}

function ownPrincipal({ arn }: Session, principals: readonly AccountPrincipal[]): AccountPrincipal {
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1]
  const own = principals.find(({ kind, name, arn: one }) =>
    role === undefined ? one === arn : kind === 'role' && name === role,
  )
  if (own === undefined) throw new Error(`The policies of ${arn} are not among those of the account's users and roles.`)
  return own
}
