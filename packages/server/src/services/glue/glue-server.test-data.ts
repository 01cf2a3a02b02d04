/** A server for Glue's tests: clients, and users whose policies a test writes down. */

import { GlueClient } from '@aws-sdk/client-glue'
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import type { StartOptions } from '../../start-options.ts'
import type { DatabaseUnderTest } from '../../testing/databases.ts'
import { type Keys, startTestServer, type TestServer } from '../../testing/test-server.ts'

export const account = '123456789012'
/** Owns things that the first account may be let into. */
export const otherAccount = '210987654321'
export const prefix = `arn:aws:glue:us-east-1:${account}:`

export interface GlueServer extends TestServer {
  readonly glue: GlueClient
  /** The root user of `otherAccount`. */
  readonly other: Keys
  glueAs(keys: Keys): GlueClient
  /** A new user of the first account with these statements and nothing else. */
  user(name: string, ...statements: readonly object[]): Promise<GlueClient>
  keysOf(name: string): Promise<Keys>
  grant(name: string, ...statements: readonly object[]): Promise<void>
}

/** The same on each database that the store knows. */
export async function startGlueServerOn(database: DatabaseUnderTest): Promise<GlueServer> {
  const { location, remove } = await database.create()
  const server = await startGlueServer(database.name === 'postgres' ? { databaseUrl: location } : {})
  return {
    ...server,
    remove: async () => {
      await server.remove()
      await remove()
    },
  }
}

export async function startGlueServer(options: StartOptions = {}): Promise<GlueServer> {
  const other: Keys = { accessKeyId: 'AKIAOTHEROTHEROTHER1', secretAccessKey: 'other-secret' }
  const server = await startTestServer({
    rootAccessKeys: [`${other.accessKeyId}:${other.secretAccessKey}:${otherAccount}`],
    ...options,
  })
  const iam = server.iam(server.administrator)
  const glueAs = (keys: Keys) =>
    new GlueClient({ endpoint: server.url, region: 'us-east-1', credentials: { ...keys }, maxAttempts: 1 })
  const grant = async (name: string, ...statements: readonly object[]) => {
    await iam.send(
      new PutUserPolicyCommand({
        UserName: name,
        PolicyName: 'policy',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      }),
    )
  }
  const keysOf = async (name: string): Promise<Keys> => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
    return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  }
  return {
    ...server,
    glue: glueAs(server.administrator),
    other,
    glueAs,
    grant,
    keysOf,
    user: async (name, ...statements) => {
      await iam.send(new CreateUserCommand({ UserName: name }))
      if (statements.length > 0) await grant(name, ...statements)
      return glueAs(await keysOf(name))
    },
  }
}
