/** The whole map at one glance: a point for each cell. The table beside it says the same in words. */

import { useEffect, useRef } from 'preact/hooks'
import type { AccessGrid } from './compute.ts'

interface Props {
  readonly grid: AccessGrid
  readonly onPick: (row: number, column: number) => void
}

/** Tones by what is allowed, for both themes: none, read, write, delete (and whatever comes with it). */
export function toneOf(reach: number): 'none' | 'read' | 'write' | 'delete' {
  if (reach & 4) return 'delete'
  if (reach & 2) return 'write'
  return reach & 1 ? 'read' : 'none'
}

const tones = ['none', 'read', 'write', 'delete'] as const

export function Overview({ grid, onPick }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const columns = grid.resources.length
  const rows = grid.reachers.length
  useEffect(() => {
    const { current } = canvas
    const draw = current?.getContext('2d')
    if (current === null || draw === null || draw === undefined) return
    const style = getComputedStyle(current)
    const colours = Object.fromEntries(tones.map((tone) => [tone, style.getPropertyValue(`--reach-${tone}`)]))
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        draw.fillStyle = colours[toneOf(grid.reach[row * columns + column] ?? 0)] ?? ''
        draw.fillRect(column, row, 1, 1)
      }
    }
  }, [grid, rows, columns])
  const pick = (event: MouseEvent) => {
    const box = canvas.current?.getBoundingClientRect()
    if (box === undefined) return
    const at = (offset: number, size: number, count: number) => Math.min(count - 1, Math.floor((offset / size) * count))
    onPick(at(event.clientY - box.top, box.height, rows), at(event.clientX - box.left, box.width, columns))
  }
  return (
    <canvas
      ref={canvas}
      class="overview"
      width={columns}
      height={rows}
      onClick={pick}
      role="img"
      aria-label={`${rows} principals by ${columns} resources; the table below says the same in words`}
    />
  )
}
