/** The resources through boto3 and the aws CLI, whose own parsers and paginators read the answers. */

import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientEnvironment, missingClient } from '../../../testing/external-client.ts'
import { startTestServer, type TestServer } from '../../../testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

/** Not `spawnSync`: the server that answers runs in this process. */
function run(command: string, ...args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: clientEnvironment(server.url, server.administrator) })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', (status) => resolve({ status, out, err }))
  })
}

const script = `
import boto3, json, time
glue, iam = boto3.client('glue'), boto3.client('iam')
trust = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 'sts:AssumeRole',
    'Principal': {'Service': 'glue.amazonaws.com'}}]}
iam.create_role(RoleName='etl', AssumeRolePolicyDocument=json.dumps(trust))
seen = {}
def until(read, wanted):
    deadline = time.time() + 20
    while read() != wanted and time.time() < deadline: time.sleep(.05)
    return read()
glue.create_job(Name='j', Role='etl', Command={'Name': 'glueetl', 'ScriptLocation': 's3://b/s.py'}, Tags={'a': 'b'})
run = glue.start_job_run(JobName='j', Arguments={'--x': 'y'})['JobRunId']
seen['run'] = until(lambda: glue.get_job_run(JobName='j', RunId=run)['JobRun']['JobRunState'], 'FAILED')
glue.create_crawler(Name='c', Role='etl', Targets={'S3Targets': [{'Path': 's3://b/d'}]}, Schedule='cron(0 12 * * ? *)')
glue.start_crawler(Name='c')
try: glue.start_crawler(Name='c')
except glue.exceptions.CrawlerRunningException as e: seen['busy'] = e.response['Error']['Code']
seen['crawler'] = until(lambda: glue.get_crawler(Name='c')['Crawler']['State'], 'READY')
seen['crawl'] = glue.get_crawler(Name='c')['Crawler']['LastCrawl']['Status']
for i in range(5): glue.create_trigger(Name='t%d' % i, Type='ON_DEMAND', Actions=[{'JobName': 'j'}])
pages = glue.get_paginator('get_triggers').paginate(PaginationConfig={'PageSize': 2})
seen['triggers'] = [[t['Name'] for t in page['Triggers']] for page in pages]
try: glue.create_trigger(Name='x', Type='SCHEDULED', Schedule='cron(* * * * ? *)', Actions=[{'JobName': 'j'}])
except glue.exceptions.InvalidInputException as e: seen['cron'] = e.response['Error']['Code']
print(json.dumps(seen))
`

describe.skipIf(missingClient('python3', '-c', 'import boto3'))('boto3', () => {
  it('runs jobs and crawlers, and pages through triggers', async () => {
    const { out, err } = await run('python3', '-c', script)
    expect(err).toBe('')
    expect(JSON.parse(out)).toEqual({
      run: 'FAILED',
      busy: 'CrawlerRunningException',
      crawler: 'READY',
      crawl: 'FAILED',
      triggers: [['t0', 't1'], ['t2', 't3'], ['t4']],
      cron: 'InvalidInputException',
    })
  }, 60_000)
})

describe.skipIf(missingClient('aws', '--version'))('the aws CLI', () => {
  const glue = async (...args: string[]) => {
    const { status, out, err } = await run('aws', '--output', 'json', 'glue', ...args)
    expect({ args, status, err }).toEqual({ args, status: 0, err: '' })
    return out === '' ? {} : JSON.parse(out)
  }

  it('makes, reads and deletes a job', async () => {
    await glue('create-job', '--name', 'cli', '--role', 'r', '--command', 'Name=glueetl', '--tags', 'team=blue')
    expect((await glue('list-jobs', '--tags', 'team=blue')).JobNames).toEqual(['cli'])
    const batch = await glue('batch-get-jobs', '--job-names', 'cli', 'absent')
    expect(batch.Jobs).toMatchObject([{ Name: 'cli', Role: 'r', Command: { Name: 'glueetl' } }])
    expect(batch.JobsNotFound).toEqual(['absent'])
    await glue('delete-job', '--job-name', 'cli')
    const { status, err } = await run('aws', 'glue', 'get-job', '--job-name', 'cli')
    expect(status).not.toBe(0)
    expect(err).toContain('(EntityNotFoundException) when calling the GetJob operation: Job cli not found.')
  }, 60_000)
})
