/** Job runs through the wire: real scripts from S3, under the job's role, decided like any other call. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchStopJobRunCommand,
  CreateJobCommand,
  type CreateJobCommandInput,
  GetJobRunCommand,
  type JobRun,
  StartJobRunCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PythonRuntime } from '../../../runtimes/python/python.ts'
import { account, type GlueServer, startGlueServer } from '../glue-server.test-data.ts'

const state = await new PythonRuntime().available()
if (!state.ok) console.log(`skipped: job runs that execute: ${state.reason}`)

const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  })

describe.skipIf(!state.ok)('job runs', () => {
  let server: GlueServer
  let scripts: string
  let s3: S3Client
  let serial = 0

  beforeAll(async () => {
    scripts = mkdtempSync(join(tmpdir(), 'scripts-'))
    server = await startGlueServer({
      glue: { checkRoles: 'passRoleOnly' },
      sessions: { jobScripts: join(scripts, 'in'), maxLogBytes: 2000 },
    })
    const iam = server.iam(server.administrator)
    await iam.send(new CreateRoleCommand({ RoleName: 'etl', AssumeRolePolicyDocument: trust('glue.amazonaws.com') }))
    await iam.send(new CreateRoleCommand({ RoleName: 'other', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') }))
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::code/jobs/*' },
        { Effect: 'Allow', Action: ['glue:GetDatabases', 'glue:GetJobs'], Resource: '*' },
      ],
    })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'etl', PolicyName: 'read', PolicyDocument }))
    s3 = new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { ...server.administrator },
      forcePathStyle: true,
    })
    await s3.send(new CreateBucketCommand({ Bucket: 'code' }))
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
    rmSync(scripts, { recursive: true })
  })

  const begin = async (location: string, job: Partial<CreateJobCommandInput> = {}, run: object = {}) => {
    const Name = `job ${++serial}/ö`
    const Command = { Name: 'glueetl', ScriptLocation: location }
    await server.glue.send(new CreateJobCommand({ Name, Role: 'etl', Command, ...job }))
    const { JobRunId = '' } = await server.glue.send(new StartJobRunCommand({ JobName: Name, ...run }))
    return { JobName: Name, RunId: JobRunId }
  }
  const runNow = async (key: { JobName: string; RunId: string }) =>
    (await server.glue.send(new GetJobRunCommand(key))).JobRun as JobRun
  const until = async (key: { JobName: string; RunId: string }, done: (run: JobRun) => boolean) => {
    for (let tries = 0; tries < 800; tries += 1) {
      const run = await runNow(key)
      if (done(run)) return run
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('waited for twenty seconds in vain')
  }
  const end = (key: { JobName: string; RunId: string }) => until(key, ({ CompletedOn }) => CompletedOn !== undefined)
  const logOf = ({ RunId }: { RunId: string }) =>
    readFileSync(join(server.data, 'job-logs', account, 'us-east-1', `${RunId}.log`), 'utf8')
  const put = async (Key: string, Body: string) => {
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key, Body }))
    return `s3://code/${Key}`
  }

  it('run the script from S3 with the job’s and the run’s arguments, and keep its output', async () => {
    const location = await put(
      'jobs/arguments.py',
      'import sys\nfrom awsglue.utils import getResolvedOptions\nprint(sorted(getResolvedOptions(sys.argv, ["JOB_NAME", "a", "b"]).items()))\nif __name__ == "__main__": print("done")',
    )
    const key = await begin(location, { DefaultArguments: { '--a': '1', '--b': '1' } }, { Arguments: { '--b': '2' } })
    expect(await end(key)).toMatchObject({ JobRunState: 'SUCCEEDED' })
    expect(logOf(key)).toBe(`[('JOB_NAME', '${key.JobName}'), ('a', '1'), ('b', '2')]\ndone\n`)
  })

  it('act as the job’s role, narrowed by the run’s session policy', async () => {
    const location = await put(
      'jobs/calls.py',
      'import boto3\nglue = boto3.client("glue")\nprint(len(glue.get_databases()["DatabaseList"]))\nprint(len(glue.get_jobs()["Jobs"]) > 0)\nglue.list_sessions()',
    )
    const key = await begin(location)
    const { JobRunState, ErrorMessage } = await end(key)
    expect(JobRunState).toBe('FAILED')
    expect(ErrorMessage).toContain(
      `assumed-role/etl/GlueJobRunnerSession is not authorized to perform: glue:ListSessions because no identity-based policy allows`,
    )
    expect(logOf(key)).toMatch(/^0\nTrue\nTraceback/)
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 'glue:GetDatabases'], Resource: '*' }],
    })
    const narrowed = await end(await begin(location, {}, { ExecutionRoleSessionPolicy: policy }))
    expect(narrowed.ErrorMessage).toContain('glue:GetJobs because no session policy allows the glue:GetJobs action')
  })

  it('fail for a script, a role or a trust policy that does not let them', async () => {
    const hidden = await put('private/x.py', 'print(1)')
    expect(await end(await begin(hidden))).toMatchObject({
      JobRunState: 'FAILED',
      ErrorMessage: expect.stringContaining('not authorized to perform: s3:GetObject on resource'),
    })
    const location = await put('jobs/ok.py', 'print(1)')
    expect(await end(await begin(location, { Role: 'other' }))).toMatchObject({
      JobRunState: 'FAILED',
      ErrorMessage: expect.stringContaining('not authorized to perform: sts:AssumeRole on resource'),
    })
    for (const place of ['https://example.com/x.py', 's3://code'])
      expect((await end(await begin(place))).ErrorMessage).toBe(
        `The script must be at s3://BUCKET/KEY, not at ${place}.`,
      )
  })

  it('read scripts from the operator’s folder, and from nowhere else', async () => {
    mkdirSync(join(scripts, 'in'))
    writeFileSync(join(scripts, 'in', 'good.py'), 'print("good")\nimport sys\nsys.exit(0)')
    writeFileSync(join(scripts, 'secret.py'), 'print("bad")')
    symlinkSync('../secret.py', join(scripts, 'in', 'link.py'))
    expect(await end(await begin('file:good.py'))).toMatchObject({ JobRunState: 'SUCCEEDED' })
    for (const name of ['../secret.py', 'link.py', 'absent.py', '.', `${scripts}/secret.py`])
      expect((await end(await begin(`file:${name}`))).ErrorMessage).toBe(
        `No script called file:${name} is in the server's folder of scripts.`,
      )
  })

  it('end when they are stopped, leaving no process, and bound their log', async () => {
    const location = await put(
      'jobs/loop.py',
      'import time\nprint("x" * 5000, flush=True)\nwhile True: time.sleep(0.1)',
    )
    const key = await begin(location)
    await until(key, ({ JobRunState }) => JobRunState === 'RUNNING')
    for (let tries = 0; tries < 400 && !existsLog(key); tries += 1) await new Promise((go) => setTimeout(go, 25))
    await server.glue.send(new BatchStopJobRunCommand({ JobName: key.JobName, JobRunIds: [key.RunId] }))
    expect(await end(key)).toMatchObject({ JobRunState: 'STOPPED' })
    expect(logOf(key)).toBe(`${'x'.repeat(2000)}The run was stopped.\n`)
  })
  const existsLog = (key: { RunId: string }) => {
    try {
      return logOf(key).length > 0
    } catch {
      return false
    }
  }
})
