/**
 * What one turn of the event loop answers is written at its end. A write wakes the client that sleeps on it, which costs more than
 * all the rest of a short call; of answers written in a row, the first wakes it and the others find it awake.
 */

const waiting: (() => void)[] = []

/** Calls `write` when everything that has come in by now was looked at. It must not throw. */
export function writeTogether(write: () => void): void {
  if (waiting.push(write) === 1) setImmediate(writeAll)
}

function writeAll(): void {
  for (const write of waiting.splice(0)) write()
}
