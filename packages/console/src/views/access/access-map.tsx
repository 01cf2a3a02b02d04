/** Access map: who can reach what, computed by the engine from the policies that the caller may read. */

import { useEffect, useState } from 'preact/hooks'
import type { Session } from '../../aws/session.ts'
import { reachNames } from '../../policy/reach.ts'
import { replaceParameters } from '../../route.ts'
import { useLoaded } from '../../ui/loaded.ts'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Fault, Name } from '../../ui/words.tsx'
import { Cell } from './cell.tsx'
import { type AccessGrid, computeGrid } from './compute.ts'
import { loadMap, type MapFacts } from './load.ts'
import { Overview, toneOf } from './overview.tsx'

interface Props {
  readonly session: Session
  readonly parameters: URLSearchParams
}

interface Selected {
  readonly principal: string
  readonly resource: string
}

const rowsShown = 40
const columnsShown = 12

export function AccessMap({ session, parameters }: Props) {
  const facts = useLoaded(() => loadMap(session), [session])
  const [grid, setGrid] = useState<AccessGrid | undefined>(undefined)
  const [fault, setFault] = useState<unknown>(undefined)
  const [filter, setFilter] = useState({ principal: '', resource: '' })
  const [selected, setSelected] = useState<Selected | undefined>(() => selectedIn(parameters))
  useEffect(() => {
    if (facts.value === undefined) return
    const { principals, resources } = narrowed(facts.value, filter)
    setGrid(undefined)
    let overtaken = false
    computeGrid(principals, resources, session).then((made) => overtaken || setGrid(made), setFault)
    return () => {
      overtaken = true
    }
  }, [facts.value, filter, session])
  const select = (one: Selected | undefined) => {
    replaceParameters('access', one === undefined ? {} : { ...one })
    setSelected(one)
  }
  return (
    <>
      <h1>Access map</h1>
      {facts.loading && <p role="status">Reading principals, policies and resources…</p>}
      {facts.error !== undefined && <Fault error={facts.error} />}
      {fault !== undefined && <Fault error={fault} />}
      {facts.value !== undefined && (
        <>
          <form class="filter" onSubmit={(event) => event.preventDefault()} aria-label="Narrow the map">
            {(['principal', 'resource'] as const).map((name) => (
              <label key={name}>
                {name === 'principal' ? 'Principal' : 'Resource'}
                <input
                  defaultValue=""
                  onChange={(event) => setFilter({ ...filter, [name]: event.currentTarget.value.trim() })}
                  spellcheck={false}
                  autocomplete="off"
                />
              </label>
            ))}
          </form>
          <Gaps facts={facts.value} />
          {grid === undefined ? (
            <p role="status">Deciding…</p>
          ) : (
            <Grid key={`${filter.principal} ${filter.resource}`} grid={grid} selected={selected} onSelect={select} />
          )}
        </>
      )}
    </>
  )
}

function selectedIn(parameters: URLSearchParams): Selected | undefined {
  const [principal, resource] = [parameters.get('principal'), parameters.get('resource')]
  return principal === null || resource === null ? undefined : { principal, resource }
}

function narrowed({ principals, resources }: MapFacts, filter: { principal: string; resource: string }) {
  const holds = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase())
  return {
    principals: principals.filter(({ arn }) => holds(arn, filter.principal)),
    resources: resources.filter(({ label, id }) => holds(label, filter.resource) || holds(id, filter.resource)),
  }
}

function Gaps({ facts: { gaps } }: { readonly facts: MapFacts }) {
  if (gaps.length === 0) return null
  return (
    <details class="gaps" open={gaps.length < 4}>
      <summary>The map lacks {gaps.length === 1 ? 'something' : `${gaps.length} things`} that you may not read</summary>
      {gaps.slice(0, 20).map(({ what, error }) => (
        <div key={what}>
          <h2>{what}</h2>
          <Fault error={error} />
        </div>
      ))}
    </details>
  )
}

interface GridProps {
  readonly grid: AccessGrid
  readonly selected: Selected | undefined
  readonly onSelect: (selected: Selected | undefined) => void
}

function Grid({ grid, selected, onSelect }: GridProps) {
  const [top, setTop] = useState(0)
  const [left, setLeft] = useState(0)
  const { reachers, resources, reach } = grid
  if (reachers.length === 0) return <Empty>No user or role matches. Make one with IAM, and it appears here.</Empty>
  if (resources.length === 0) {
    return <Empty>No database, table or bucket matches. Make one, for example with aws glue create-database.</Empty>
  }
  const chosen = selected && {
    reacher: reachers.find(({ principal }) => principal.arn === selected.principal),
    resource: resources.find(({ id }) => id === selected.resource),
  }
  return (
    <>
      <p class="note" role="status">
        {reachers.length} principals × {resources.length} resources, decided in {Math.round(grid.milliseconds)} ms.
        Asked as of now, from no particular address; a folder by an object in it.
      </p>
      <ul class="legend" aria-label="Colours">
        {(['none', 'read', 'write', 'delete'] as const).map((tone) => (
          <li key={tone} class={`reach-${tone}`}>
            {tone}
          </li>
        ))}
      </ul>
      <Overview
        grid={grid}
        onPick={(row, column) => {
          setLeft(row - (row % columnsShown))
          setTop(column - (column % rowsShown))
        }}
      />
      {chosen?.reacher !== undefined && chosen.resource !== undefined && (
        <Cell reacher={chosen.reacher} resource={chosen.resource} onClose={() => onSelect(undefined)} />
      )}
      <Pager what="resources" start={top} size={rowsShown} total={resources.length} onStart={setTop} />
      <Pager what="principals" start={left} size={columnsShown} total={reachers.length} onStart={setLeft} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and a keyboard must reach it. */}
      <section class="scroll" tabIndex={0} aria-label="Map">
        <table class="map">
          <thead>
            <tr>
              <th scope="col">Resource</th>
              {reachers.slice(left, left + columnsShown).map(({ principal }) => (
                <th key={principal.arn} scope="col">
                  {principal.kind} <Name text={principal.name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {resources.slice(top, top + rowsShown).map((resource, row) => (
              <tr key={resource.id}>
                <th scope="row">
                  <Name text={resource.label} />
                </th>
                {reachers.slice(left, left + columnsShown).map(({ principal }, column) => {
                  const value = reach[(left + column) * resources.length + top + row] ?? 0
                  return (
                    <td key={principal.arn} class={`reach-${toneOf(value)}`}>
                      <button
                        type="button"
                        aria-label={`${principal.kind} ${principal.name} on ${resource.label}: ${reachNames[value]}`}
                        onClick={() => onSelect({ principal: principal.arn, resource: resource.id })}
                      >
                        {reachNames[value]}
                      </button>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}
