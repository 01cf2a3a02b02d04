import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as sdk from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let client: sdk.SecretsManagerClient
const token = (digit: string) => digit.repeat(32)

beforeAll(async () => {
  server = await startTestServer()
  const credentials = { ...server.administrator }
  client = new sdk.SecretsManagerClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 })
})
afterAll(async () => {
  client.destroy()
  expect(server.log).toEqual([])
  await server.remove()
})

const create = (Name: string, more: Partial<sdk.CreateSecretCommandInput> = {}) =>
  client.send(new sdk.CreateSecretCommand({ Name, SecretString: 'one', ...more }))
const get = (SecretId: string, more: Partial<sdk.GetSecretValueCommandInput> = {}) =>
  client.send(new sdk.GetSecretValueCommand({ SecretId, ...more }))

describe('a secret', () => {
  it('is found by name, ARN, and ARN without its last letters', async () => {
    const { ARN = '' } = await create('app/db')
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:app\/db-[A-Za-z0-9]{6}$/)
    for (const id of ['app/db', ARN, ARN.slice(0, -7)]) {
      expect(await get(id)).toMatchObject({ ARN, Name: 'app/db', SecretString: 'one', VersionStages: ['AWSCURRENT'] })
    }
    for (const id of ['app/d', `${ARN.slice(0, -1)}_`, ARN.replace('us-east-1', 'eu-west-1')]) {
      await expect(get(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    }
  })

  it('holds bytes as well as text, one of them', async () => {
    const bytes = Uint8Array.of(0, 255, 1)
    await create('bytes', { SecretString: undefined, SecretBinary: bytes })
    const { SecretBinary, SecretString } = await get('bytes')
    expect([...(SecretBinary ?? [])]).toEqual([...bytes])
    expect(SecretString).toBeUndefined()
    await expect(create('both', { SecretBinary: bytes })).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await expect(create('long', { SecretString: 'ü'.repeat(40_000) })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  it('keeps its current and its previous value', async () => {
    await create('versions', { ClientRequestToken: token('1') })
    const put = (SecretString: string, id: string) =>
      client.send(new sdk.PutSecretValueCommand({ SecretId: 'versions', SecretString, ClientRequestToken: token(id) }))
    await put('two', '2')
    expect(await put('two', '2')).toMatchObject({ VersionId: token('2'), VersionStages: ['AWSCURRENT'] })
    await expect(put('other', '2')).rejects.toMatchObject({ name: 'ResourceExistsException' })
    expect((await get('versions', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one')
    await client.send(new sdk.UpdateSecretCommand({ SecretId: 'versions', SecretString: 'three', Description: 'd' }))
    expect((await get('versions')).SecretString).toBe('three')
    expect((await get('versions', { VersionId: token('2') })).SecretString).toBe('two')
    await expect(get('versions', { VersionId: token('1') })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    const described = await client.send(new sdk.DescribeSecretCommand({ SecretId: 'versions' }))
    expect(described.Description).toBe('d')
    expect(
      Object.values(described.VersionIdsToStages ?? {})
        .flat()
        .sort(),
    ).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
  })

  it('is made once, unless the client asks the same again', async () => {
    const first = await create('once', { ClientRequestToken: token('a') })
    expect((await create('once', { ClientRequestToken: token('a') })).ARN).toBe(first.ARN)
    await expect(create('once')).rejects.toMatchObject({ name: 'ResourceExistsException' })
  })

  it('waits for its deletion unread, and comes back under its name as another one', async () => {
    const { ARN } = await create('gone')
    await client.send(new sdk.DeleteSecretCommand({ SecretId: 'gone', RecoveryWindowInDays: 7 }))
    await expect(get('gone')).rejects.toMatchObject({ name: 'InvalidRequestException' })
    await expect(create('gone')).rejects.toMatchObject({ name: 'InvalidRequestException' })
    await client.send(new sdk.DeleteSecretCommand({ SecretId: 'gone', ForceDeleteWithoutRecovery: true }))
    await expect(get('gone')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    expect((await create('gone')).ARN).not.toBe(ARN)
  })

  it('is listed page by page, without its value', async () => {
    for (const name of ['list/a', 'list/b', 'list/c']) await create(name, { Tags: [{ Key: 'kind', Value: 'listed' }] })
    const Filters: sdk.Filter[] = [{ Key: 'name', Values: ['list/'] }]
    const first = await client.send(new sdk.ListSecretsCommand({ MaxResults: 2, Filters }))
    const { NextToken } = first
    const second = await client.send(new sdk.ListSecretsCommand({ MaxResults: 2, Filters, NextToken }))
    const all = [...(first.SecretList ?? []), ...(second.SecretList ?? [])]
    expect(all.map(({ Name }) => Name)).toEqual(['list/a', 'list/b', 'list/c'])
    expect(second.NextToken).toBeUndefined()
    expect(JSON.stringify(all)).not.toContain('one')
  })

  it('is written in the clear neither to the database nor to the audit log', async () => {
    await create('plain', { SecretString: 'very-secret-value' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    const files = [
      ...readdirSync(join(server.data, 'audit')).map((name) => join('audit', name)),
      'scopedown.db',
      'scopedown.db-wal',
    ]
    const texts = files.map((file) => readFileSync(join(server.data, file), 'latin1'))
    expect(texts.some((text) => text.includes('CreateSecret'))).toBe(true)
    expect(texts.filter((text) => text.includes('very-secret-value'))).toEqual([])
  })
})
