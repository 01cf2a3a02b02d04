/**
 * What one turn of the event loop answers is written at its end. A write wakes the client that sleeps on it, which costs more than
 * all the rest of a short call; of answers written in a row, the first wakes it and the others find it awake.
 */

interface Waiting {
  readonly write: () => void
  readonly failed: (error: unknown) => void
}

const waiting: Waiting[] = []

/** Calls `write` when everything that has come in by now was looked at; nobody's caller is there any more, so `failed` hears of its fault. */
export function writeTogether(write: () => void, failed: (error: unknown) => void): void {
  if (waiting.push({ write, failed }) === 1) setImmediate(writeAll)
}

function writeAll(): void {
  for (const { write, failed } of waiting.splice(0)) {
    try {
      write()
    } catch (error) {
      failed(error)
    }
  }
}
