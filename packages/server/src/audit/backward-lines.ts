/** The lines of a file from its end to its beginning, each with the offset at which it starts. */

import type { FileHandle } from 'node:fs/promises'

export interface Line {
  readonly offset: number
  readonly text: string
}

const blockBytes = 64 * 1024
const newline = 10

/** Complete lines that start before `end`. */
export async function* linesBackward(file: FileHandle, end: number): AsyncGenerator<Line> {
  let position = end
  // The bytes from `position` up to the last newline that was met: the beginning of their line is still to come.
  let pending: Buffer[] = []
  let complete = false
  while (position > 0) {
    const size = Math.min(blockBytes, position)
    const block = Buffer.allocUnsafe(size)
    position -= size
    const { bytesRead } = await file.read(block, 0, size, position)
    if (bytesRead === 0) return
    let stop = bytesRead
    for (let at = block.lastIndexOf(newline, stop - 1); at !== -1 && stop > 0; ) {
      // What follows the last newline of the file is a line that is still being written.
      if (complete) {
        const text = Buffer.concat([block.subarray(at + 1, stop), ...pending]).toString()
        if (text !== '') yield { offset: position + at + 1, text }
      }
      complete = true
      pending = []
      stop = at
      at = stop === 0 ? -1 : block.lastIndexOf(newline, stop - 1)
    }
    if (complete) pending = [block.subarray(0, stop), ...pending]
  }
  const text = Buffer.concat(pending).toString()
  if (complete && text !== '') yield { offset: 0, text }
}
