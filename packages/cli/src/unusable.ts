/** Input that no answer can be given to: one line a fault on standard error, exit status 2, never a stack. */

export class Unusable extends Error {
  readonly lines: readonly string[]

  constructor(...lines: string[]) {
    super(lines.join('\n'))
    this.lines = lines
  }
}

export const exitStatus = { allowed: 0, ok: 0, denied: 1, fault: 1, unusable: 2, bug: 70 } as const
