/** Arguments in, exit status out. Every failure that input can cause is told in plain lines on standard error. */

import { printable } from '@scopedown/engine'
import { Command, CommanderError } from 'commander'
import { accountCommand } from './commands/account.ts'
import { auditCommand } from './commands/audit.ts'
import { checkCommand } from './commands/check.ts'
import { explainCommand } from './commands/explain.ts'
import { parseCommand } from './commands/parse.ts'
import { serveCommand } from './commands/serve.ts'
import { transferCommand } from './commands/transfer.ts'
import { Invocation } from './invocation.ts'
import type { Io } from './io.ts'
import { exitStatus, Unusable } from './unusable.ts'
import { version } from './version.ts'

const notes = `
Start here:
  scopedown parse policy.json                  is this policy well formed, and does it mean what I think?
  scopedown check --help                       may this principal do this, under these policies?
  scopedown explain --help                     why, or why not?
  scopedown serve                              AWS's APIs on this machine, every call authorized
  scopedown audit tail --follow --denied       who was refused, as it happens
  scopedown <command> --help                   every option, with examples
`

/** `argv`: without the interpreter and the script. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const invocation = new Invocation(io)
  try {
    const root = program(invocation)
    if (argv.length === 0) {
      io.stderr.write(root.helpInformation() + notes)
      return exitStatus.unusable
    }
    await root.parseAsync(argv, { from: 'user' })
    return invocation.status
  } catch (error) {
    return failure(invocation, error)
  }
}

function program(invocation: Invocation): Command {
  const { stdout, stderr } = invocation.io
  const root = new Command('scopedown')
    .description("AWS's permission model on your own machine: decide, enforce and explain")
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', notes)
  for (const make of [
    checkCommand,
    explainCommand,
    parseCommand,
    serveCommand,
    accountCommand,
    auditCommand,
    transferCommand,
  ])
    root.addCommand(make(invocation))
  for (const command of [root, ...root.commands, ...root.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride().showSuggestionAfterError(true).allowExcessArguments(false)
    command.configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(oneLine(command, text)),
    })
  }
  return root
}

/** Commander says `error: unknown option '--x'` and its suggestion on a second line. */
function oneLine(command: Command, text: string): string {
  const names = []
  for (let one: Command | null = command; one !== null; one = one.parent) names.unshift(one.name())
  const path = names.join(' ')
  const message = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
    .join(' ')
    .replace(/\.$/, '')
  return `scopedown: ${printable(message)}; see \`${path} --help\`\n`
}

function failure(invocation: Invocation, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.ok : exitStatus.unusable
  if (error instanceof Unusable) {
    invocation.warn(...error.lines)
    return exitStatus.unusable
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  invocation.warn(invocation.io.env.SCOPEDOWN_DEBUG ? detail : `scopedown: internal error: ${printable(String(error))}`)
  return exitStatus.bug
}
