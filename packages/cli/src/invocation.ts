/** One run of the command: its streams, its inputs, and the status it will exit with. */

import { Inputs } from './inputs.ts'
import type { Io } from './io.ts'

export class Invocation {
  readonly io: Io
  readonly inputs: Inputs
  status = 0

  constructor(io: Io) {
    this.io = io
    this.inputs = new Inputs(io.stdin)
  }

  /** `lines` end without a newline. */
  print(...lines: readonly string[]): void {
    this.io.stdout.write(`${lines.join('\n')}\n`)
  }

  warn(...lines: readonly string[]): void {
    this.io.stderr.write(`${lines.join('\n')}\n`)
  }
}
