// Scopedown in a process of its own, with one user whose session policy narrows the role; and rows of the object index as uploads
// would have left them, for listings.

import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateServerCommand, CreateUserCommand, DescribeServerCommand, TransferClient } from '@aws-sdk/client-transfer'

const account = '123456789012'
const bucket = 'bench'
const dist = new URL('../../packages/server/dist/', import.meta.url)
const command = fileURLToPath(new URL('../../packages/cli/bin/scopedown.js', import.meta.url))

/** `entries`: of the folder `listed`. `profile`: a folder for a processor profile of the server. */
export async function startScopedown({ work, clientKey, entries, profile }) {
  const data = join(work, 'data')
  await seed(data, entries)
  const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  const serve = [command, 'serve', '--port', '0', '--sftp-port', '0', '--data', data]
  const child = spawn(process.execPath, [...flags, ...serve], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await announced(child.stdout)
  const port = await configure(url, join(data, 'credentials'), clientKey)
  const home = `/${bucket}/bench`
  return { name: 'scopedown', pid: child.pid, port, user: 'bench', home, stop: () => child.kill('SIGTERM') }
}

/** The endpoint, once it serves. What the server says later is thrown away. */
async function announced(stdout) {
  let said = ''
  return new Promise((resolve) => {
    stdout.on('data', (chunk) => {
      said += said.length < 10_000 ? chunk : ''
      const [, url] = /^Scopedown serves (\S+)$/m.exec(said) ?? []
      if (url !== undefined) resolve(url)
    })
  })
}

async function seed(data, entries) {
  mkdirSync(data, { recursive: true })
  const { openStore } = await import(new URL('store/store.js', dist))
  const { schemaSteps } = await import(new URL('schema.js', dist))
  const store = await openStore({ location: join(data, 'scopedown.db'), steps: schemaSteps })
  const made = { name: bucket, account_id: account, region: 'us-east-1', created_at: 0, policy: null, tags: '[]' }
  await store.db.insertInto('s3_buckets').values(made).execute()
  await store.db.transaction().execute(async (db) => {
    for (let from = 0; from < entries; from += 1000) {
      const rows = Array.from({ length: Math.min(1000, entries - from) }, (_, index) => ({
        bucket,
        key: `bench/listed/${listedName(from + index)}`,
        id: String(from + index),
        size: 1,
        etag: '5d41402abc4b2a76b9719d911017c592',
        modified_at: Date.now(),
        facts: '{}',
        tags: '[]',
      }))
      await db.insertInto('s3_objects').values(rows).execute()
    }
  })
  await store.close()
}

export const listedName = (index) => `file-${String(index).padStart(8, '0')}`

/** Answers the SFTP server's port. */
async function configure(endpoint, credentials, clientKey) {
  const text = readFileSync(credentials, 'utf8')
  const value = (name) => new RegExp(`^${name} = (.+)$`, 'm').exec(text)[1]
  const sdk = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') },
  }
  const document = (...Statement) => JSON.stringify({ Version: '2012-10-17', Statement })
  const allow = (Resource) => document({ Effect: 'Allow', Action: 's3:*', Resource })
  const trust = document({
    Effect: 'Allow',
    Principal: { Service: 'transfer.amazonaws.com' },
    Action: 'sts:AssumeRole',
  })
  const iam = new IAMClient(sdk)
  await iam.send(new CreateRoleCommand({ RoleName: 'bench', AssumeRolePolicyDocument: trust }))
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'bench', PolicyName: 'p', PolicyDocument: allow(`arn:aws:s3:::${bucket}*`) }),
  )
  const transfer = new TransferClient(sdk)
  // The policy that has chacha20 too.
  const { ServerId } = await transfer.send(
    new CreateServerCommand({ SecurityPolicyName: 'TransferSecurityPolicy-2018-11' }),
  )
  await transfer.send(
    new CreateUserCommand({
      ServerId,
      UserName: 'bench',
      Role: `arn:aws:iam::${account}:role/bench`,
      HomeDirectory: `/${bucket}/\${transfer:UserName}`,
      Policy: allow([`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/\${transfer:UserName}/*`]),
      SshPublicKeyBody: readFileSync(`${clientKey}.pub`, 'utf8').trim(),
    }),
  )
  const { Server } = await transfer.send(new DescribeServerCommand({ ServerId }))
  return Number(Server.Tags.find(({ Key }) => Key === 'aws:scopedown:endpoint').Value.split(':')[1])
}
