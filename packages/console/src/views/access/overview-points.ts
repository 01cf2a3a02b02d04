/** The overview's points: a cell each, or several where there are more cells than points; then all that any of them allows. */

export interface Points {
  readonly width: number
  readonly height: number
  /** Bits of what is allowed, row after row. */
  readonly reach: Uint8Array
}

/** `reach`: of a cell, by its row and column. */
export function pointsOf(
  rows: number,
  columns: number,
  most: { readonly width: number; readonly height: number },
  reach: (row: number, column: number) => number,
): Points {
  const width = Math.min(columns, most.width)
  const height = Math.min(rows, most.height)
  const points = new Uint8Array(width * height)
  for (let row = 0; row < rows; row += 1) {
    const line = Math.floor((row * height) / rows) * width
    for (let column = 0; column < columns; column += 1) {
      const at = line + Math.floor((column * width) / columns)
      points[at] = (points[at] ?? 0) | reach(row, column)
    }
  }
  return { width, height, reach: points }
}
