/** The options of one question → compiled policies and a request that they can be asked. */

import {
  compile,
  type Policy,
  type PolicyKind,
  type Program,
  parseRequest,
  printable,
  type Request,
} from '@scopedown/engine'
import { type Inputs, nameOf } from '../inputs.ts'
import { Unusable } from '../unusable.ts'
import { overrideContext, readContextArguments, readContextFile } from './context-arguments.ts'
import { filesByLevel } from './levels.ts'
import { type QuestionOptions, questionFlags } from './options.ts'
import { readPolicy } from './read-policy.ts'

export interface Question {
  readonly program: Program
  readonly request: Request
}

export async function readQuestion(inputs: Inputs, options: QuestionOptions): Promise<Question> {
  const request = await readRequest(inputs, options)
  const one = async (file: string | undefined, kind: PolicyKind) =>
    file === undefined ? undefined : readPolicy(inputs, file, kind)
  const several = async (files: readonly string[], kind: PolicyKind) => {
    const policies: Policy[] = []
    for (const file of files) policies.push(await readPolicy(inputs, file, kind))
    return policies
  }
  const levels = async (given: readonly string[] | undefined, kind: PolicyKind) => {
    if (given === undefined) return undefined
    const read: Policy[][] = []
    for (const files of filesByLevel(given)) read.push(await several(files, kind))
    return read
  }
  const program = compile({
    identity: await several(options.identity ?? [], 'identity'),
    resource: await one(options.resourcePolicy, request.mustAllow === 'trust' ? 'trust' : 'resource'),
    boundary: await one(options.boundary, 'boundary'),
    session: await several(options.session ?? [], 'session'),
    scps: await levels(options.scp, 'scp'),
    rcps: await levels(options.rcp, 'rcp'),
    endpoint: await one(options.endpoint, 'endpoint'),
  })
  return { program, request }
}

async function readRequest(inputs: Inputs, options: QuestionOptions): Promise<Request> {
  const { principal, action, resource, resourceAccount } = options
  if (principal === undefined || action === undefined || resource === undefined) {
    const missing = (['principal', 'action', 'resource'] as const).filter((name) => options[name] === undefined)
    const flags = missing.map((name) => questionFlags[name]).join(', ')
    throw new Unusable(`scopedown: a question needs --principal, --action and --resource; missing: ${flags}`)
  }
  if (resourceAccount !== undefined && !/^(?:[0-9]{12}|aws)$/.test(resourceAccount)) {
    throw new Unusable(`scopedown: --resource-account must be twelve digits, not \`${printable(resourceAccount)}\``)
  }
  const file = options.contextFile
  const base = file === undefined ? {} : readContextFile(await inputs.text(file), nameOf(file))
  const context = overrideContext(base, readContextArguments(options.context ?? []))
  const asked = parseRequest({ principal, action, resource, resourceAccount, context })
  if (!asked.ok) throw new Unusable(`scopedown: ${printable(asked.message)}`)
  return asked.request
}
