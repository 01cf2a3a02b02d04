/** `scopedown parse`: every fault and warning of policy documents, with its place. */

import {
  type Diagnostic,
  type ParseResult,
  type PolicyKind,
  parsePolicy,
  type QuotaName,
  quotas,
} from '@scopedown/engine'
import { Command, Option } from 'commander'
import type { Invocation } from '../invocation.ts'
import { diagnosticLine } from '../question/read-policy.ts'
import { exitStatus, Unusable } from '../unusable.ts'

interface ParseCommandOptions {
  readonly type: PolicyKind
  readonly quota?: QuotaName
  readonly strict?: true
  readonly json?: true
}

const kinds: readonly PolicyKind[] = ['identity', 'resource', 'trust', 'boundary', 'session', 'scp', 'rcp', 'endpoint']

const notes = `
Each fault is a line \`file:line:column: severity code: message\`. An error refuses the document; a warning accepts it,
but it probably does not mean what its author thinks.

Exit status:
  0  every document is accepted
  1  a document has an error (with --strict: or a warning)
  2  a file could not be read

Examples:
  scopedown parse policies/*.json
  scopedown parse --type trust --quota trust role.json
  aws s3api get-bucket-policy --bucket reports --query Policy --output text | scopedown parse --type resource -
`

export function parseCommand(invocation: Invocation): Command {
  return new Command('parse')
    .description('find every fault of policy documents')
    .argument('<file...>', 'JSON policy documents; `-` is standard input')
    .addOption(new Option('--type <type>', 'what the documents are used as').choices(kinds).default('identity'))
    .addOption(new Option('--quota <name>', 'refuse what exceeds this AWS size quota').choices(Object.keys(quotas)))
    .option('--strict', 'count warnings as errors')
    .option('--json', 'print one JSON line per file: {"file", "ok", "diagnostics"}')
    .addHelpText('after', notes)
    .action(async (files: readonly string[], options: ParseCommandOptions) => {
      invocation.status = await parseFiles(invocation, files, options)
    })
}

async function parseFiles(
  invocation: Invocation,
  files: readonly string[],
  options: ParseCommandOptions,
): Promise<number> {
  let [errors, warnings, unreadable] = [0, 0, 0]
  for (const file of files) {
    const result = await parseFile(invocation, file, options)
    if (result === undefined) {
      unreadable += 1
      continue
    }
    for (const { severity } of result.diagnostics) {
      if (severity === 'error') errors += 1
      else warnings += 1
    }
    print(invocation, file, result, options)
  }
  if (!options.json) invocation.warn(summary(files.length - unreadable, errors, warnings))
  if (unreadable > 0) return exitStatus.unusable
  return errors > 0 || (options.strict && warnings > 0) ? exitStatus.fault : exitStatus.ok
}

/** Undefined where the file could not be read: that is told, and the next file has its turn. */
async function parseFile(
  invocation: Invocation,
  file: string,
  options: ParseCommandOptions,
): Promise<ParseResult | undefined> {
  try {
    return parsePolicy(await invocation.inputs.text(file), { kind: options.type, quota: options.quota })
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    invocation.warn(...error.lines)
    return undefined
  }
}

function print(invocation: Invocation, file: string, result: ParseResult, options: ParseCommandOptions): void {
  if (options.json) {
    invocation.print(JSON.stringify({ file, ok: result.ok, diagnostics: result.diagnostics }))
    return
  }
  const inOrder = [...result.diagnostics].sort(byPlace)
  if (inOrder.length > 0) invocation.print(...inOrder.map((diagnostic) => diagnosticLine(file, diagnostic)))
}

const byPlace = (left: Diagnostic, right: Diagnostic): number => left.span.start - right.span.start

function summary(files: number, errors: number, warnings: number): string {
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
  return `${counted(files, 'document')}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`
}
