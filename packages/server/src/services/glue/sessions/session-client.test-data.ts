/** What a test does with a session through the wire: opens it, runs a statement, waits for either. */

import {
  CreateSessionCommand,
  GetSessionCommand,
  GetStatementCommand,
  type GlueClient,
  RunStatementCommand,
} from '@aws-sdk/client-glue'
import { expect } from 'vitest'

export async function until<T>(read: () => Promise<T>, done: (value: T) => boolean, seconds = 20): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const value = await read()
    if (done(value)) return value
    if (performance.now() > end) throw new Error(`waited for ${seconds} seconds in vain: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export async function sessionNow(glue: GlueClient, Id: string) {
  return (await glue.send(new GetSessionCommand({ Id }))).Session
}

/** The session once it is no longer PROVISIONING. */
export function startedSession(glue: GlueClient, Id: string) {
  return until(
    () => sessionNow(glue, Id),
    (session) => session?.Status !== 'PROVISIONING',
    330,
  )
}

export async function openSession(glue: GlueClient, Id: string, Role: string): Promise<void> {
  await glue.send(new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl' } }))
  expect(await startedSession(glue, Id)).toMatchObject({ Status: 'READY' })
}

export async function runStatement(glue: GlueClient, SessionId: string, Code: string) {
  const { Id = 0 } = await glue.send(new RunStatementCommand({ SessionId, Code }))
  const done = ['AVAILABLE', 'ERROR', 'CANCELLED']
  const { Statement } = await until(
    () => glue.send(new GetStatementCommand({ SessionId, Id })),
    (answer) => done.includes(answer.Statement?.State ?? ''),
    240,
  )
  return Statement
}
