/** Signing in: an access key, or a role taken up with one. Held by the page's memory, and by nothing else. */

import { Client } from './client.ts'
import { Signer } from './signer.ts'
import { childOf, textOf } from './xml.ts'

export interface Session {
  readonly client: Client
  readonly arn: string
  /** `aws:userid`: `AIDA…`, or `AROA…:SESSION`. */
  readonly userId: string
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly secure: boolean
}

export interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export async function signIn(key: Key): Promise<Session> {
  const signer = await Signer.of(key.accessKeyId, key.secretAccessKey, key.sessionToken)
  const client = new Client(signer)
  const server = await client.json<{ Region: string; Partition: string }>('scopedown', 'Scopedown.GetServer', {})
  const identity = await client.query('sts', 'GetCallerIdentity')
  return {
    client: client.inRegion(server.Region),
    arn: textOf(identity, 'Arn') ?? '',
    userId: textOf(identity, 'UserId') ?? '',
    account: textOf(identity, 'Account') ?? '',
    region: server.Region,
    partition: server.Partition,
    secure: location.protocol === 'https:',
  }
}

/** The session of a role; its key is held the same way. */
export async function assumeRole(session: Session, roleArn: string, sessionName: string): Promise<Session> {
  const result = await session.client.query('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: sessionName })
  const credentials = childOf(result, 'Credentials')
  return signIn({
    accessKeyId: textOf(credentials, 'AccessKeyId') ?? '',
    secretAccessKey: textOf(credentials, 'SecretAccessKey') ?? '',
    sessionToken: textOf(credentials, 'SessionToken'),
  })
}
