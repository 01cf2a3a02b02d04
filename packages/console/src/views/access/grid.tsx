/** The map drawn: a table of words for a part of it, an overview of colours for all of it, and the explanation of a cell. */

import { useState } from 'preact/hooks'
import { type Reacher, reachNames } from '../../policy/reach.ts'
import { Pager } from '../../ui/pager.tsx'
import { Empty, Fault, Name } from '../../ui/words.tsx'
import { Cell } from './cell.tsx'
import type { Decided } from './compute.ts'
import type { FolderRows, MapRow } from './folders.ts'
import { Overview, toneOf, tones } from './overview.tsx'

export interface Selected {
  readonly principal: string
  readonly resource: string
}

interface Props {
  readonly decided: Decided
  /** Places of the principals that are shown. */
  readonly principals: readonly number[]
  readonly rows: readonly MapRow[]
  readonly folders: FolderRows
  readonly selected: Selected | undefined
  readonly onSelect: (selected: Selected | undefined) => void
}

const rowsShown = 40
const columnsShown = 12

export function Grid({ decided, principals, rows, folders, selected, onSelect }: Props) {
  const [top, setTop] = useState(0)
  const [left, setLeft] = useState(0)
  if (principals.length === 0) {
    return (
      <Empty>
        No user or role matches. Make one, and it appears here: <code>aws iam create-user --user-name ana</code>
      </Empty>
    )
  }
  if (rows.length === 0) {
    return (
      <Empty>
        No database, table or bucket matches. Make one, and it appears here:{' '}
        <code>aws glue create-database --database-input Name=sales</code>
      </Empty>
    )
  }
  // Rows may have gone since the page was turned.
  const start = top < rows.length ? top : 0
  const reacher = decided.reachers.find(({ principal }) => principal.arn === selected?.principal)
  const resource = rows.find((row) => row.resource.id === selected?.resource)?.resource
  return (
    <>
      <p class="note" role="status">
        {principals.length} principals × {rows.length} resources, decided in {Math.round(decided.milliseconds)} ms.
        Asked as of now, from no particular address; a folder by an object in it.
      </p>
      <ul class="legend" aria-label="Colours">
        {tones.map((tone) => (
          <li key={tone} class={`reach-${tone}`}>
            {tone}
          </li>
        ))}
      </ul>
      <Overview
        decided={decided}
        principals={principals}
        rows={rows}
        onPick={(row, column) => {
          setLeft(row - (row % columnsShown))
          setTop(column - (column % rowsShown))
        }}
      />
      {reacher !== undefined && resource !== undefined && (
        <Cell reacher={reacher} resource={resource} asked="principal" onClose={() => onSelect(undefined)} />
      )}
      <div class="pagers">
        <Pager what="resources" start={start} size={rowsShown} total={rows.length} onStart={setTop} />
        <Pager what="principals" start={left} size={columnsShown} total={principals.length} onStart={setLeft} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and a keyboard must reach it. */}
      <section class="scroll" tabIndex={0} aria-label="Map">
        <Table
          decided={decided}
          principals={principals.slice(left, left + columnsShown)}
          rows={rows.slice(start, start + rowsShown)}
          folders={folders}
          onSelect={onSelect}
        />
      </section>
    </>
  )
}

function Table({ decided, principals, rows, folders, onSelect }: Omit<Props, 'selected'>) {
  const columns = principals.flatMap((at): (readonly [number, Reacher])[] => {
    const reacher = decided.reachers[at]
    return reacher === undefined ? [] : [[at, reacher]]
  })
  return (
    <table class="map">
      <thead>
        <tr>
          <th scope="col">Resource</th>
          {columns.map(([at, { principal }]) => (
            <th key={at} scope="col">
              <span class="kind">{principal.kind}</span> <Name text={principal.name} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.flatMap((row) => [
          <tr key={row.resource.id}>
            <th scope="row" style={{ paddingInlineStart: `${0.4 + row.depth}rem` }}>
              <RowTitle row={row} folders={folders} />
            </th>
            {columns.map(([at, { principal }]) => {
              const value = decided.reach(at, row.resource)
              return (
                <td key={at} class={`reach-${toneOf(value)}`}>
                  <button
                    type="button"
                    aria-label={`${principal.kind} ${principal.name} on ${row.resource.label}: ${reachNames[value]}`}
                    onClick={() => onSelect({ principal: principal.arn, resource: row.resource.id })}
                  >
                    {reachNames[value]}
                  </button>
                </td>
              )
            })}
          </tr>,
          ...row.ends.map((folder) => (
            <tr key={`more of ${folder.path}`}>
              <td class="map-more" colSpan={columns.length + 1} style={{ paddingInlineStart: `${1.4 + row.depth}rem` }}>
                {folder.inside?.error !== undefined && <Fault error={folder.inside.error} />}
                {folder.inside?.loading === true && <span role="status">Asking the server…</span>}
                {folder.inside?.loading !== true && folder.inside?.next !== undefined && (
                  <button type="button" class="small" onClick={() => folders.more(folder)}>
                    More folders of <Name text={folder.path} />
                  </button>
                )}
              </td>
            </tr>
          )),
        ])}
      </tbody>
    </table>
  )
}

/** Of a folder, what it adds to the one that it is in; a screen reader is told the whole. */
function RowTitle({
  row: { resource, folder, depth },
  folders,
}: {
  readonly row: MapRow
  readonly folders: FolderRows
}) {
  if (folder === undefined) return <Name text={resource.label} />
  const short = depth === 0 ? folder.path : folder.prefix.replace(/^.*\/(?=[^/]*\/$)/s, '')
  const nothing = folder.open && folder.inside?.loading !== true && folder.inside?.folders.length === 0
  return (
    <>
      <button
        type="button"
        class="expand"
        aria-expanded={folder.open}
        aria-label={`Folders in ${folder.path}`}
        onClick={() => folders.toggle(folder)}
      >
        <Name text={short} />
      </button>
      {nothing && folder.inside?.next === undefined && folder.inside?.error === undefined && (
        <span class="note"> no folder in it</span>
      )}
    </>
  )
}
