/** What a command may touch of the process. Given, not imported, so that a test can run a command in-process. */

export interface Output {
  /** False asks the writer to wait for `drain`. */
  write(text: string): boolean
  once(event: 'drain', listener: () => void): unknown
  readonly isTTY?: boolean | undefined
}

export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Colour on a terminal only; https://no-color.org, and FORCE_COLOR for a pager that understands colour. */
export function wantsColour({ stdout, env }: Io): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return stdout.isTTY === true && env.TERM !== 'dumb'
}
