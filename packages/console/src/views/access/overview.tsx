/** The whole map at one glance, in colours. The table below it says the same in words. */

import { useEffect, useRef } from 'preact/hooks'
import type { Decided } from './compute.ts'
import type { MapRow } from './folders.ts'
import { pointsOf } from './overview-points.ts'

interface Props {
  readonly decided: Decided
  readonly principals: readonly number[]
  readonly rows: readonly MapRow[]
  readonly onPick: (row: number, column: number) => void
}

/** Tones by what is allowed, for both themes: none, read, write, delete (and whatever comes with it). */
export function toneOf(reach: number): 'none' | 'read' | 'write' | 'delete' {
  if (reach & 4) return 'delete'
  if (reach & 2) return 'write'
  return reach & 1 ? 'read' : 'none'
}

export const tones = ['none', 'read', 'write', 'delete'] as const

/** As high as it is drawn, in pixels of the page (`.overview` of map.css), and as wide as most pages are. */
const most = { width: 800, height: 112 }

export function Overview({ decided, principals, rows, onPick }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const { current } = canvas
    const draw = current?.getContext('2d')
    if (current === null || draw === null || draw === undefined) return
    const style = getComputedStyle(current)
    const colours = Object.fromEntries(tones.map((tone) => [tone, style.getPropertyValue(`--reach-${tone}`)]))
    const cell = (row: number, column: number) =>
      decided.reach(principals[row] as number, (rows[column] as MapRow).resource)
    const points = pointsOf(principals.length, rows.length, most, cell)
    current.width = points.width
    current.height = points.height
    for (const [at, reach] of points.reach.entries()) {
      draw.fillStyle = colours[toneOf(reach)] ?? ''
      draw.fillRect(at % points.width, Math.floor(at / points.width), 1, 1)
    }
  }, [decided, principals, rows])
  const pick = (event: MouseEvent) => {
    const box = canvas.current?.getBoundingClientRect()
    if (box === undefined) return
    const at = (offset: number, size: number, count: number) => Math.min(count - 1, Math.floor((offset / size) * count))
    onPick(
      at(event.clientY - box.top, box.height, principals.length),
      at(event.clientX - box.left, box.width, rows.length),
    )
  }
  return (
    <canvas
      ref={canvas}
      class="overview"
      onClick={pick}
      role="img"
      aria-label={`${principals.length} principals by ${rows.length} resources; the table below says the same in words`}
    />
  )
}
