/** `scopedown audit tail`: what a server recorded, and what it records as it happens. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@scopedown/engine'
import { Command } from 'commander'
import { AuditFiles } from '../audit/audit-files.ts'
import { auditLine, isDenied, readRecord } from '../audit/line.ts'
import type { Invocation } from '../invocation.ts'
import { wantsColour } from '../io.ts'
import { dataFolder } from '../server/credentials.ts'
import { exitStatus, Unusable } from '../unusable.ts'

interface TailFlags {
  readonly follow?: true
  readonly denied?: true
  readonly json?: true
  readonly data?: string
  readonly lines?: string
}

const defaultLines = 20
const pollMilliseconds = 200

const notes = `
Reads the files in the server's data folder (--data, SCOPEDOWN_DATA or ~/.scopedown): one line a call, in
the order in which calls ended. With --json the records themselves, as CloudTrail shapes them, with their decision block.

Exit status:
  0  everything was shown; with --follow, when it is told to stop
  2  there is no audit log to read

Examples:
  scopedown audit tail
  scopedown audit tail --follow --denied
  scopedown audit tail --lines 1000 --json | jq .decision
`

export function auditCommand(invocation: Invocation): Command {
  const tail = new Command('tail')
    .description('show the latest calls, and with --follow those to come')
    .option('-f, --follow', 'go on, showing calls as they happen')
    .option('--denied', 'only calls that policies refused')
    .option('-n, --lines <number>', `how many to begin with (default: ${defaultLines})`)
    .option('--json', 'the records, one JSON line each')
    .option('--data <folder>', "the server's data folder (default: ~/.scopedown)")
    .addHelpText('after', notes)
    .action(async (flags: TailFlags) => {
      invocation.status = await show(invocation, flags)
    })
  return new Command('audit').description('read the audit log of a server').addCommand(tail)
}

async function show(invocation: Invocation, flags: TailFlags): Promise<number> {
  const lines = flags.lines ?? String(defaultLines)
  if (!/^\d{1,9}$/.test(lines)) {
    throw new Unusable(`scopedown: --lines must be a number, not \`${printable(lines)}\``)
  }
  const data = dataFolder(flags.data, invocation.io.env)
  const folder = join(data, 'audit')
  if (!existsSync(folder) && !(flags.follow === true && existsSync(data))) {
    throw new Unusable(`scopedown: there is no audit log in ${printable(data)}; see --data`)
  }
  const files = new AuditFiles(folder)
  const shown = shownAs(flags, wantsColour(invocation.io))
  for (const line of files.latest(Number(lines), shown)) await printLine(invocation, line)
  if (flags.follow === true) await follow(invocation, files, shown)
  return exitStatus.ok
}

async function follow(invocation: Invocation, files: AuditFiles, shown: Shown): Promise<void> {
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  const signals = ['SIGTERM', 'SIGINT'] as const
  for (const signal of signals) process.once(signal, stop)
  while (!stopped.signal.aborted) {
    for (const line of files.unread()) {
      const text = shown(line)
      if (text !== undefined) await printLine(invocation, text)
    }
    await sleep(pollMilliseconds, undefined, { signal: stopped.signal }).catch(() => undefined)
  }
  for (const signal of signals) process.off(signal, stop)
}

type Shown = (line: string) => string | undefined

/** Undefined: left out, as is what is no record. */
function shownAs({ denied, json }: TailFlags, colour: boolean): Shown {
  return (line) => {
    const record = readRecord(line)
    if (record === undefined || (denied === true && !isDenied(record))) return undefined
    return json === true ? line : auditLine(record, colour)
  }
}

/** Waits for a reader that is slow. */
async function printLine({ io }: Invocation, line: string): Promise<void> {
  if (!io.stdout.write(`${line}\n`)) await new Promise<void>((resolve) => io.stdout.once('drain', resolve))
}
