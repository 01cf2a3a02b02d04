/**
 * AWS's own Jupyter kernel against this server, by nothing but a profile with `endpoint_url`. Glue Developer Guide,
 * "Configuring AWS Glue interactive sessions for Jupyter and AWS Glue Studio notebooks".
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetSessionCommand, GetTagsCommand, type GlueClient, ListSessionsCommand } from '@aws-sdk/client-glue'
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateRoleCommand,
  GetUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Keys } from '../../../testing/test-server.ts'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { type Cell, missingKernel, runCells, writeProfile } from './notebook.test-data.ts'

const missing = missingKernel()

const RoleName = 'AwsGlueSessionUserRestrictedServiceRole-notebooks'
const roleArn = `arn:aws:iam::123456789012:role/${RoleName}`
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

describe.skipIf(missing)('the Jupyter kernel aws-glue-sessions', () => {
  let server: GlueServer
  let home: string
  let ana: GlueClient
  let anaKeys: Keys
  let anaId = ''

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'notebook-'))
    server = await startGlueServer()
    const iam = server.iam(server.administrator)
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: document({
          Effect: 'Allow',
          Principal: { Service: ['glue.amazonaws.com'] },
          Action: ['sts:AssumeRole'],
        }),
      }),
    )
    const arn = 'arn:aws:iam::aws:policy/'
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName,
        PolicyArn: `${arn}service-role/AwsGlueSessionUserRestrictedServiceRole`,
      }),
    )
    await server.user('ana')
    anaKeys = await server.keysOf('ana')
    ana = server.glueAs(anaKeys)
    anaId = (await iam.send(new GetUserCommand({ UserName: 'ana' }))).User?.UserId ?? ''
    await iam.send(
      new AttachUserPolicyCommand({ UserName: 'ana', PolicyArn: `${arn}AwsGlueSessionUserRestrictedPolicy` }),
    )
    // As the guide prints it, and the tags that `%status` shows.
    const PolicyDocument = document(
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: ['arn:aws:iam::*:role/AwsGlueSessionUserRestrictedServiceRole*'],
        Condition: { StringLike: { 'iam:PassedToService': ['glue.amazonaws.com'] } },
      },
      { Effect: 'Allow', Action: 'glue:GetTags', Resource: 'arn:aws:glue:*:*:session/*' },
    )
    await iam.send(new PutUserPolicyCommand({ UserName: 'ana', PolicyName: 'notebooks', PolicyDocument }))
    writeProfile(home, 'ana', { url: server.url, keys: anaKeys, role: roleArn })
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
    rmSync(home, { recursive: true, force: true })
  })

  const notebook = (cells: readonly Cell[]) => runCells(home, cells)

  it('runs cells, shows its status, tags, fails, is interrupted and stops', async () => {
    const cells: Cell[] = [
      { code: '%profile ana' },
      { code: '%%tags\n{"project": "churn"}' },
      { code: 'x = 20\nprint("hello from", x + 1)' },
      { code: 'x * 2' },
      { code: '1 / 0' },
      { code: '%status' },
      { code: '%list_sessions' },
      { code: 'import time\nwhile True: time.sleep(0.1)', interrupt_after: 4 },
      { code: '"still " + str(x)' },
      { code: '%%tags\n{"stage": "test"}' },
      { code: 'import boto3\nboto3.client("sts").get_caller_identity()["Arn"]' },
      { code: '%stop_session' },
    ]
    const shown = await notebook(cells)
    const [, , first, second, failing, status, listed, interrupted, after, , identity, stopped] = shown
    const [Id = ''] = (await ana.send(new ListSessionsCommand({}))).Ids ?? []
    expect(first).toContain(`Session ${Id} has been created.`)
    expect(first).toContain('hello from 21')
    expect(second?.trim()).toBe('40')
    expect(failing).toContain('ZeroDivisionError: division by zero')
    expect(status).toContain(`Session ID: ${Id}`)
    expect(status).toContain('Status: READY')
    expect(status).toContain(`Role: ${roleArn}`)
    expect(listed).toContain(Id)
    expect(interrupted).toContain('Attempting to cancel the statement (statement_id=4)')
    expect(after?.trim()).toBe("'still 20'")
    expect(identity).toContain(`assumed-role/${RoleName}/GlueJobRunnerSession`)
    expect(stopped).toContain('Stopped session')
    expect((await ana.send(new GetSessionCommand({ Id }))).Session?.Status).toMatch(/^STOPP/)
    const ResourceArn = `arn:aws:glue:us-east-1:123456789012:session/${Id}`
    const { Tags } = await ana.send(new GetTagsCommand({ ResourceArn }))
    expect(Tags).toMatchObject({ owner: anaId, project: 'churn' })
  }, 180_000)

  it('says that its session timed out for idleness, and begins anew when told to', async () => {
    const shown = await notebook([
      { code: '%profile ana' },
      { code: '%idle_timeout 1' },
      { code: '"first"' },
      { code: '"too late"', wait: 65 },
      { code: '"again"' },
    ])
    expect(shown[2]).toContain("'first'")
    expect(shown[3]).toMatch(/TIMEOUT|timed out/i)
    expect(shown[4]).toContain("'again'")
  }, 240_000)
})
