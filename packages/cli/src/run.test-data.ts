/** The command run in-process against files made for one test. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { run } from './run.ts'

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
}

export interface RunWith {
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly terminal?: boolean
}

export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'scopedown-cli-'))

  /** Writes a file and gives its path; anything but text is written as JSON. */
  file(name: string, content: unknown): string {
    const path = join(this.folder, name)
    const isRaw = typeof content === 'string' || content instanceof Uint8Array
    writeFileSync(path, isRaw ? content : JSON.stringify(content))
    return path
  }

  async run(argv: readonly string[], { stdin = '', env = {}, terminal = false }: RunWith = {}): Promise<Ran> {
    const out: string[] = []
    const err: string[] = []
    const output = (parts: string[]) => ({
      write: (text: string) => parts.push(text) > 0,
      once: () => undefined,
      isTTY: terminal,
    })
    const io = { stdin: Readable.from([Buffer.from(stdin)]), stdout: output(out), stderr: output(err), env }
    const status = await run(argv, io)
    return { status, out: out.join(''), err: err.join('') }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

export const allow = (action: string, resource: string, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Grant', Effect: 'Allow', Action: action, Resource: resource, ...more }],
})

export const ana = 'arn:aws:iam::123456789012:user/ana'

/** `check` and `explain` of ana reading a report. */
export const asks = (...more: readonly string[]): string[] => [
  ...['--principal', ana, '--action', 's3:GetObject', '--resource', 'arn:aws:s3:::reports/june.csv'],
  ...more,
]
