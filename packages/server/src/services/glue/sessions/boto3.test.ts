import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientEnvironment, missingClient } from '../../../testing/external-client.ts'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'

describe.skipIf(missingClient('python3', '-c', 'import boto3'))('boto3', () => {
  let server: GlueServer
  beforeAll(async () => {
    server = await startGlueServer({ sessions: { cancellingMilliseconds: 200 } })
    const Statement = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await server
      .iam(server.administrator)
      .send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('lives through the whole life of a session', async () => {
    const file = fileURLToPath(new URL('./boto3-session.py', import.meta.url))
    const env = clientEnvironment(server.url, server.administrator)
    const child = spawn('python3', [file, 'arn:aws:iam::123456789012:role/runtime'], { env })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const status = await new Promise((resolve) => child.on('close', resolve))
    expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' })
    expect(JSON.parse(out)).toEqual({
      made: ['PROVISIONING', 30, 'glueetl'],
      ready: 'READY',
      ok: { Status: 'ok', ExecutionCount: 1, Data: { TextPlain: '42\n' } },
      error: { Status: 'error', ErrorName: 'KeyError', ErrorValue: "'k'" },
      cancelled: 'CANCELLED',
      statements: ['AVAILABLE', 'AVAILABLE', 'CANCELLED'],
      tags: { stage: 'test' },
      listed: ['boto'],
      stopped: 'STOPPED',
      refused: 'Session is not ready, session_id=boto, status=STOPPED',
      gone: 'Session ID not found.',
    })
  })
})
