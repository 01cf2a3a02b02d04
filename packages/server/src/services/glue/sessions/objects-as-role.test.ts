/**
 * Code in a session reads and writes S3 as the session's runtime role, and so does a job's script: with boto3 as it comes,
 * through the wire. Glue Developer Guide, "Interactive sessions with IAM", "Setting up a runtime role".
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateJobCommand, GetJobRunCommand, StartJobRunCommand, StopSessionCommand } from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PythonRuntime } from '../../../runtimes/python/python.ts'
import { missingClient } from '../../../testing/external-client.ts'
import { account, type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { openSession, runStatement, sessionNow, until } from './session-client.test-data.ts'

const state = await new PythonRuntime().available()
if (!state.ok) console.log(`skipped: objects as the runtime role: ${state.reason}`)
const missing = missingClient('python3', '-c', 'import boto3')

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const principal = `arn:aws:sts::${account}:assumed-role/runtime/GlueJobRunnerSession`

describe.skipIf(!state.ok || missing !== undefined)('objects, as the runtime role', () => {
  let server: GlueServer
  let s3: S3Client

  beforeAll(async () => {
    server = await startGlueServer({ glue: { checkRoles: 'passRoleOnly' } })
    s3 = server.s3(server.administrator)
    const iam = server.iam(server.administrator)
    const AssumeRolePolicyDocument = document({
      Effect: 'Allow',
      Principal: { Service: 'glue.amazonaws.com' },
      Action: 'sts:AssumeRole',
    })
    await iam.send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
    const PolicyDocument = document(
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::lake/work/*' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/code/*' },
    )
    await iam.send(new PutRolePolicyCommand({ RoleName: 'runtime', PolicyName: 'work', PolicyDocument }))
    for (const Bucket of ['lake', 'vault']) await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutObjectCommand({ Bucket: 'vault', Key: 'secret', Body: 'secret' }))
    await openSession(server.glue, 'lake', `arn:aws:iam::${account}:role/runtime`)
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  const run = async (code: string) => (await runStatement(server.glue, 'lake', code))?.Output
  const bodyOf = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }))).Body?.transformToString()

  interface Line {
    readonly eventName: string
    readonly errorCode?: string
    readonly userIdentity: { readonly arn?: string; readonly type: string }
    readonly requestParameters: { readonly bucketName?: string; readonly key?: string } | null
  }
  const audited = (): Line[] =>
    readdirSync(join(server.data, 'audit'))
      .flatMap((file) =>
        readFileSync(join(server.data, 'audit', file), 'utf8')
          .trim()
          .split('\n'),
      )
      .map((line) => JSON.parse(line) as Line)
  /** The log is written a moment after the answer. */
  const auditLine = (eventName: string, key: string) =>
    until(
      async () => audited().find((line) => line.eventName === eventName && line.requestParameters?.key === key),
      (line) => line !== undefined,
    )

  it('are written and read by a statement where the role may, and it is the role that the audit log names', async () => {
    expect(
      await run(
        'import boto3\ns3 = boto3.client("s3")\n_ = s3.put_object(Bucket="lake", Key="work/é.txt", Body="from inside")\ns3.get_object(Bucket="lake", Key="work/é.txt")["Body"].read()',
      ),
    ).toMatchObject({ Status: 'ok', Data: { TextPlain: "b'from inside'\n" } })
    expect(await bodyOf('work/é.txt')).toBe('from inside')
    expect((await auditLine('PutObject', 'work/é.txt'))?.userIdentity).toMatchObject({
      type: 'AssumedRole',
      arn: principal,
    })
  })

  it('are carried in many parts, and whole', async () => {
    const code = `
import io
from boto3.s3.transfer import TransferConfig
parts = TransferConfig(multipart_threshold=5 * 1024 ** 2, multipart_chunksize=5 * 1024 ** 2)
body = bytes(range(256)) * 4096 * 12
s3.upload_fileobj(io.BytesIO(body), "lake", "work/large", Config=parts)
back = io.BytesIO()
s3.download_fileobj("lake", "work/large", back, Config=parts)
back.getvalue() == body, len(body)`
    expect(await run(code)).toMatchObject({ Data: { TextPlain: '(True, 12582912)\n' } })
  })

  it('are refused everywhere else, in AWS’s own words', async () => {
    const cases = [
      ['s3.get_object(Bucket="vault", Key="secret")', 's3:GetObject', 'arn:aws:s3:::vault/secret'],
      ['s3.put_object(Bucket="lake", Key="code/x.py", Body=b"")', 's3:PutObject', 'arn:aws:s3:::lake/code/x.py'],
      ['s3.list_objects_v2(Bucket="lake")', 's3:ListBucket', 'arn:aws:s3:::lake'],
    ]
    for (const [call = '', action, resource] of cases) {
      const output = await run(call)
      expect(output).toMatchObject({
        Status: 'error',
        ErrorName: expect.stringMatching(/^(AccessDenied|ClientError)$/),
      })
      expect(output?.ErrorValue).toContain(
        `User: ${principal} is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`,
      )
    }
    expect(await auditLine('GetObject', 'secret')).toMatchObject({
      errorCode: 'AccessDenied',
      userIdentity: { arn: principal },
    })
  })

  it('are lost to credentials that were carried out, once the session has ended', async () => {
    await openSession(server.glue, 'leak', `arn:aws:iam::${account}:role/runtime`)
    const code =
      'import boto3, json\nc = boto3.Session().get_credentials().get_frozen_credentials()\nprint(json.dumps([c.access_key, c.secret_key, c.token]))'
    const said = (await runStatement(server.glue, 'leak', code))?.Output?.Data?.TextPlain ?? '[]'
    const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = JSON.parse(said) as string[]
    const stolen = server.s3({ accessKeyId, secretAccessKey, sessionToken })
    const get = () => stolen.send(new GetObjectCommand({ Bucket: 'lake', Key: 'work/é.txt' }))
    expect(await (await get()).Body?.transformToString()).toBe('from inside')
    await server.glue.send(new StopSessionCommand({ Id: 'leak' }))
    await until(
      async () => (await sessionNow(server.glue, 'leak'))?.Status,
      (status) => status === 'STOPPED',
    )
    await expect(get()).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidToken|ExpiredToken|InvalidAccessKeyId/),
    })
  })

  it('are the script and the results of a job run, as its role', async () => {
    const Body =
      'import boto3\ns3 = boto3.client("s3")\ntext = s3.get_object(Bucket="lake", Key="work/é.txt")["Body"].read()\ns3.put_object(Bucket="lake", Key="work/job", Body=text.upper())\ns3.get_object(Bucket="vault", Key="secret")'
    await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'code/job.py', Body }))
    const Command = { Name: 'glueetl', ScriptLocation: 's3://lake/code/job.py' }
    await server.glue.send(new CreateJobCommand({ Name: 'job', Role: 'runtime', Command }))
    const { JobRunId = '' } = await server.glue.send(new StartJobRunCommand({ JobName: 'job' }))
    const { JobRun } = await until(
      () => server.glue.send(new GetJobRunCommand({ JobName: 'job', RunId: JobRunId })),
      (answer) => answer.JobRun?.CompletedOn !== undefined,
    )
    expect(JobRun?.JobRunState).toBe('FAILED')
    expect(JobRun?.ErrorMessage).toContain(
      `User: ${principal} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::vault/secret"`,
    )
    expect(await bodyOf('work/job')).toBe('FROM INSIDE')
    expect((await auditLine('GetObject', 'code/job.py'))?.userIdentity.arn).toBe(principal)
  })
})
