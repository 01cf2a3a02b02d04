import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { type RunningServer, startServer } from '@scopedown/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workspace } from '../run.test-data.ts'
import { sftpSettingsOf } from './sftp-flags.ts'

const workspace = new Workspace()
const data = `${workspace.folder}/data`
const efsRoot = `${workspace.folder}/efs`
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
let server: RunningServer

/** As the account's root, without a wire. */
async function made(service: string, operation: string, input: object): Promise<Record<string, unknown>> {
  const found = { arn: 'arn:aws:iam::123456789012:root', account: '123456789012', partition: 'aws' }
  const caller = {
    ...found,
    principal: { kind: 'root' as const, ...found },
    userId: found.account,
    accessKeyId: undefined,
    tags: new Map(),
    sourceIdentity: undefined,
    session: undefined,
    policies: { identity: [], boundary: undefined, session: undefined },
    context: {},
  }
  const origin = { ip: '127.0.0.1', userAgent: 'test', secure: true }
  return (await server.kernel.call(service, operation, { input, caller, origin })) as Record<string, unknown>
}

beforeAll(async () => {
  mkdirSync(`${efsRoot}/fs-0123456789abcdef0/eve`, { recursive: true })
  server = await startServer({ port: 0, sftpPort: 0, data, efsRoot, log: () => {} })
  const trust = policy({ Principal: { Service: 'transfer.amazonaws.com' }, Action: 'sts:AssumeRole' })
  await made('iam', 'CreateRole', { RoleName: 'files', AssumeRolePolicyDocument: trust })
  const PolicyDocument = policy({ Action: 's3:*', Resource: '*' })
  await made('iam', 'PutRolePolicy', { RoleName: 'files', PolicyName: 'all', PolicyDocument })
  for (const UserName of ['bob', 'twice', 'twice']) {
    const { ServerId } = await made('transfer', 'CreateServer', {})
    const Policy = policy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/${transfer:UserName}/*' })
    const Role = 'arn:aws:iam::123456789012:role/files'
    await made('transfer', 'CreateUser', { ServerId, UserName, Role, Policy, HomeDirectory: `/files/${UserName}` })
  }
  await made('s3', 'CreateBucket', { Bucket: 'files' })
  const { ServerId } = await made('transfer', 'CreateServer', { Domain: 'EFS' })
  await made('transfer', 'CreateUser', {
    ServerId,
    UserName: 'eve',
    Role: 'arn:aws:iam::123456789012:role/files',
    HomeDirectory: '/fs-0123456789abcdef0/eve',
    PosixProfile: { Uid: 4001, Gid: 5001 },
  })
})
afterAll(async () => {
  await server.close()
  workspace.remove()
})

const explain = (...argv: readonly string[]) => workspace.run(['transfer', 'explain', ...argv, '--data', data])

describe('scopedown transfer explain', () => {
  it('tells what is allowed, with status 0, and what is denied and by which side, with status 1', async () => {
    const own = await explain('bob', 'june.csv', 'get')
    expect(own).toMatchObject({ status: 0, err: '' })
    expect(own.out).toMatch(/^allowed: get of \/files\/bob\/june\.csv \(stored at \/files\/bob\/june\.csv\)\n/)
    const others = await explain('bob', '../ana/june.csv', 'get')
    expect(others).toMatchObject({ status: 1, err: '' })
    expect(others.out).toMatch(/^denied: get of \/files\/ana\/june\.csv /)
    expect(others.out).toContain('implicitDeny by session')
    expect(others.out).toContain('identity-based policies: allow')
  })

  it('tells where no policy decides but the home', async () => {
    const { status, out } = await explain('bob', '/file', 'put')
    expect(status).toBe(1)
    expect(out).toContain('home mapping: ')
  })

  it('asks the role on EFS too, given the folder by flag or variable', async () => {
    const { status, out, err } = await explain('eve', '.', 'list', '--efs-root', efsRoot)
    expect({ status, err }).toEqual({ status: 1, err: '' })
    expect(out).toContain('elasticfilesystem:ClientMount')
    const env = { SCOPEDOWN_EFS_ROOT: efsRoot }
    expect(await workspace.run(['transfer', 'explain', 'eve', '.', 'list', '--data', data], { env })).toEqual({
      status,
      out,
      err,
    })
  })

  it.each([
    ['a user of EFS without the folder', ['eve', '.', 'list'], 'say with --efs-root where'],
    ['an operation that is none', ['bob', '.', 'chmod'], 'the operation must be one of get, put, list'],
    ['a user who is none', ['nobody', '.', 'list'], 'no server has a user `nobody`'],
    ['a user of two servers', ['twice', '.', 'list'], 'choose one of s-'],
    ['another server', ['bob', '.', 'list', '--server', 's-00000000000000000'], 'no server has a user'],
  ])('refuses %s in one line, with status 2', async (_, argv, reason) => {
    const { status, out, err } = await explain(...argv)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toContain(reason)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('the flags about identity providers', () => {
  it('say what stands in for each function', () => {
    const transferFunction = [
      'a=module:x.mjs',
      'b=command:./y',
      'c=secrets-manager:https://sm.example',
      'd=secrets-manager',
    ]
    expect(sftpSettingsOf({ transferFunction, lambdaEndpoint: 'http://127.0.0.1:9001' }, {}).sftpProviders).toEqual({
      functions: {
        a: { module: resolve('x.mjs') },
        b: { command: resolve('y') },
        c: { secretsManager: 'https://sm.example' },
        d: 'secrets-manager',
      },
      lambdaEndpoint: 'http://127.0.0.1:9001',
    })
  })

  it('are signed with the credentials of the environment, when they are whole', () => {
    expect(sftpSettingsOf({}, { AWS_ACCESS_KEY_ID: 'AKIA' })).toEqual({ sftpProviders: { functions: {} } })
    const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }
    expect(sftpSettingsOf({}, env).sftpProviders?.credentials).toEqual({
      accessKeyId: 'AKIA',
      secretAccessKey: 's',
      sessionToken: 't',
    })
  })

  it.each(['a', 'a=lambda:x', 'a b=module:x', 'a=module:', 'a=secrets-manager:file:///x'])('refuse %s', (text) => {
    expect(() => sftpSettingsOf({ transferFunction: [text] }, {})).toThrow(/takes NAME=module|not an http or https URL/)
  })
})

describe('the flags about files', () => {
  it('are variables too, a flag winning over its variable', () => {
    const env = { SCOPEDOWN_EFS_ROOT: 'efs', SCOPEDOWN_SFTP_PARTIAL_UPLOADS: 'keep' }
    expect(sftpSettingsOf({}, env)).toMatchObject({ efsRoot: resolve('efs'), sftpPartialUploads: 'keep' })
    const flags = { efsRoot: '/mnt', sftpPartialUploads: 'discard' }
    expect(sftpSettingsOf(flags, env)).toMatchObject({ efsRoot: '/mnt', sftpPartialUploads: 'discard' })
    expect(sftpSettingsOf({}, { SCOPEDOWN_EFS_ROOT: '' })).not.toHaveProperty('efsRoot')
  })

  it('refuse a fate that an upload cannot have', () => {
    expect(() => sftpSettingsOf({ sftpPartialUploads: 'commit' }, {})).toThrow(/is discard or keep, not `commit`/)
  })
})
