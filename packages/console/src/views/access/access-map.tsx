/** Access map: who can reach what, computed by the engine from the policies that the caller may read. */

import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Session } from '../../aws/session.ts'
import { replaceParameters } from '../../route.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Fault } from '../../ui/words.tsx'
import { Decided } from './compute.ts'
import { type MapRow, useFolderRows } from './folders.ts'
import { Grid, type Selected } from './grid.tsx'
import { loadMap, type MapFacts } from './load.ts'

interface Props {
  readonly session: Session
  readonly parameters: URLSearchParams
}

const tablesAtOnce = 5000

export function AccessMap({ session, parameters }: Props) {
  const [limit, setLimit] = useState(tablesAtOnce)
  const { value, error, loading } = useLoaded(() => loadMap(session, limit), [session, limit])
  return (
    <>
      <h1>Access map</h1>
      {loading && <p role="status">Reading principals, policies and resources…</p>}
      {error !== undefined && <Fault error={error} />}
      {value !== undefined && !loading && (
        <>
          <Gaps facts={value} limit={limit} onMore={() => setLimit(limit + tablesAtOnce)} />
          <Drawn key={limit} session={session} facts={value} parameters={parameters} />
        </>
      )}
    </>
  )
}

interface GapsProps {
  readonly facts: MapFacts
  readonly limit: number
  readonly onMore: () => void
}

function Gaps({ facts: { gaps, truncated }, limit, onMore }: GapsProps) {
  return (
    <>
      {truncated && (
        <p class="more">
          <button type="button" onClick={onMore}>
            More tables
          </button>{' '}
          <span class="note">Drawn are the first {limit} databases and tables of the catalog.</span>
        </p>
      )}
      {gaps.length > 0 && (
        <details class="gaps" open={gaps.length < 4}>
          <summary>
            The map lacks {gaps.length === 1 ? 'something' : `${gaps.length} things`} that you may not read
          </summary>
          {gaps.slice(0, 20).map(({ what, error }) => (
            <div key={what}>
              <h2>{what}</h2>
              <Fault error={error} />
            </div>
          ))}
          {gaps.length > 20 && <p>And {gaps.length - 20} more.</p>}
        </details>
      )}
    </>
  )
}

interface DrawnProps {
  readonly session: Session
  readonly facts: MapFacts
  readonly parameters: URLSearchParams
}

/** The rows on the screen stay until those that were opened are decided: a keyboard keeps its place. */
function Drawn({ session, facts, parameters }: DrawnProps) {
  const [filter, setFilter] = useState({ principal: '', resource: '' })
  const [selected, setSelected] = useState<Selected | undefined>(() => selectedIn(parameters))
  const [fault, setFault] = useState<unknown>(undefined)
  const [ready, setReady] = useState<readonly MapRow[] | undefined>(undefined)
  const folders = useFolderRows(session, facts)
  const rows = useMemo(
    () => [...facts.catalog.map((resource) => ({ resource, depth: 0, folder: undefined, ends: [] })), ...folders.rows],
    [facts, folders.rows],
  )
  const [decided, unreadable] = useMemo(() => attempt(() => new Decided(facts.principals, session)), [facts, session])
  useEffect(() => {
    if (decided === undefined) return
    let overtaken = false
    decided.decide(rows.map(({ resource }) => resource)).then(() => overtaken || setReady(rows), setFault)
    return () => {
      overtaken = true
    }
  }, [decided, rows])
  const shown = useMemo(() => narrowed(facts, ready ?? [], filter), [facts, ready, filter])
  if (decided === undefined || fault !== undefined) return <Fault error={fault ?? unreadable} />
  const select = (one: Selected | undefined) => {
    replaceParameters('access', one === undefined ? {} : { ...one })
    setSelected(one)
  }
  return (
    <>
      <form class="filter" onSubmit={(event) => event.preventDefault()} aria-label="Narrow the map">
        {(['principal', 'resource'] as const).map((name) => (
          <label key={name}>
            {name === 'principal' ? 'Principal' : 'Resource'}
            <input
              defaultValue=""
              onChange={(event) => setFilter({ ...filter, [name]: event.currentTarget.value.trim() })}
              placeholder="part of a name"
              spellcheck={false}
              autocomplete="off"
            />
          </label>
        ))}
      </form>
      {ready === undefined ? (
        <p role="status">Deciding…</p>
      ) : (
        <Grid
          key={`${filter.principal} ${filter.resource}`}
          decided={decided}
          principals={shown.principals}
          rows={shown.rows}
          folders={folders}
          selected={selected}
          onSelect={select}
        />
      )}
    </>
  )
}

function attempt<Value>(make: () => Value): readonly [Value | undefined, unknown] {
  try {
    return [make(), undefined]
  } catch (error) {
    return [undefined, error]
  }
}

function selectedIn(parameters: URLSearchParams): Selected | undefined {
  const [principal, resource] = [parameters.get('principal'), parameters.get('resource')]
  return principal === null || resource === null ? undefined : { principal, resource }
}

/** `principals`: their places in the account's list. */
function narrowed(
  { principals }: MapFacts,
  rows: readonly MapRow[],
  filter: { readonly principal: string; readonly resource: string },
) {
  const holds = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase())
  return {
    principals: principals.flatMap(({ arn }, index) => (holds(arn, filter.principal) ? [index] : [])),
    rows: rows.filter(({ resource: { label, id } }) => holds(label, filter.resource) || holds(id, filter.resource)),
  }
}
