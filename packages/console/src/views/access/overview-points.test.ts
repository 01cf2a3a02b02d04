import { expect, it } from 'vitest'
import { pointsOf } from './overview-points.ts'

const most = { width: 10, height: 10 }

it('gives each cell a point while there are enough', () => {
  const { width, height, reach } = pointsOf(2, 3, most, (row, column) => row * 3 + column)
  expect({ width, height, reach: [...reach] }).toEqual({ width: 3, height: 2, reach: [0, 1, 2, 3, 4, 5] })
})

it('loses no cell that allows something, however many share a point', () => {
  for (let row = 0; row < 137; row += 1) {
    const column = (row * 31) % 1009
    const points = pointsOf(137, 1009, most, (y, x) => (y === row && x === column ? 4 : 0))
    expect([...points.reach].filter((value) => value === 4)).toHaveLength(1)
  }
})

it('shows all that the cells of a point allow', () => {
  expect([...pointsOf(40, 1, { width: 1, height: 1 }, (row) => (row === 3 ? 1 : row === 30 ? 2 : 0)).reach]).toEqual([
    3,
  ])
})

it('has nothing to show of nothing', () => {
  expect(pointsOf(0, 5, most, () => 1).reach).toHaveLength(0)
})
