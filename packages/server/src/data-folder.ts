/** The folder that a server keeps everything in: its owner's alone, made where it is not there yet. */

import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { OptionError } from './kernel/option-error.ts'

/** Throws `OptionError` where it cannot be. */
export function makeDataFolder(path: string): void {
  try {
    makeFolder(path)
  } catch (error) {
    throw new OptionError(`the data folder ${path} cannot be made: ${(error as Error).message}`)
  }
  if (!statSync(path).isDirectory()) throw new OptionError(`the data folder ${path} is no folder`)
}

/** Level by level: Node's own recursion never ends where a folder is there but takes no further one, as in /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another server that starts at the same time may have made it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
