/** What a session was asked to be, with the defaults that Glue fills in; and how the API shows it. */

import type { Session, SessionCommand } from '@aws-sdk/client-glue'
import { invalidInput } from '../faults.ts'
import type { GlueInput } from '../operation.ts'
import type { SessionRow } from './rows.ts'

/** The request without its id, tags and origin; required members filled in. */
export interface SessionDefinition {
  readonly Role: string
  readonly Command: SessionCommand
  readonly Description?: string
  /** Minutes. */
  readonly Timeout: number
  readonly IdleTimeout: number
  readonly DefaultArguments?: Record<string, string>
  readonly Connections?: { readonly Connections?: string[] }
  readonly MaxCapacity?: number
  readonly NumberOfWorkers?: number
  readonly WorkerType?: Session['WorkerType']
  readonly SecurityConfiguration?: string
  readonly GlueVersion: string
}

const defaultTimeout = 2880
const commands = ['glueetl', 'gluestreaming']
const pythonVersions = ['2', '3', '3.9']

export function definitionOf(input: GlueInput<'CreateSession'>): SessionDefinition {
  const { Id: _, Tags: _tags, RequestOrigin: _origin, MaxCapacity, WorkerType, NumberOfWorkers, ...rest } = input
  const { Name, PythonVersion } = input.Command
  if (Name !== undefined && !commands.includes(Name)) {
    throw invalidInput(`Command.Name must be one of ${commands.join(', ')}, not ${Name}.`)
  }
  if (PythonVersion !== undefined && !pythonVersions.includes(PythonVersion)) {
    throw invalidInput(`Command.PythonVersion must be one of ${pythonVersions.join(', ')}, not ${PythonVersion}.`)
  }
  if (MaxCapacity !== undefined && (WorkerType !== undefined || NumberOfWorkers !== undefined)) {
    throw invalidInput('Give MaxCapacity, or WorkerType and NumberOfWorkers, not both.')
  }
  const Timeout = input.Timeout ?? defaultTimeout
  const size =
    MaxCapacity === undefined
      ? { WorkerType: WorkerType ?? 'G.1X', NumberOfWorkers: NumberOfWorkers ?? 5 }
      : { MaxCapacity }
  const given = { ...rest, ...size } as Partial<SessionDefinition>
  return {
    ...given,
    Role: input.Role,
    Command: { ...input.Command, Name: Name ?? 'glueetl' },
    Timeout,
    IdleTimeout: input.IdleTimeout ?? Timeout,
    GlueVersion: input.GlueVersion ?? '4.0',
  }
}

/** The members that the Jupyter kernel reads unasked are always there. */
export function sessionShape(row: SessionRow, time: number): Session {
  const { Timeout: _, ...shown } = JSON.parse(row.definition) as SessionDefinition
  const until = row.ended_at ?? time
  const seconds = row.ready_at === null ? 0 : Math.max(0, (until - row.ready_at) / 1000)
  return {
    ...(shown as Partial<Session>),
    Id: row.id,
    Status: row.status,
    CreatedOn: new Date(row.created_at),
    ...(row.error_message === null ? {} : { ErrorMessage: row.error_message }),
    ...(row.ended_at === null ? {} : { CompletedOn: new Date(row.ended_at), ExecutionTime: seconds }),
    Progress: 0,
  }
}
