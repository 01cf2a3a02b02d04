import type SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, type SftpTestServer, startSftpServer } from './sftp-server.test-data.ts'

let server: SftpTestServer
const denied = { message: expect.stringMatching(/[Pp]ermission denied/) }
const own = (variable: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: `arn:aws:s3:::\${transfer:${variable}}/*`,
      },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringLike: { 's3:prefix': ['${transfer:HomeFolder}/*', '${transfer:HomeFolder}'] } },
      },
    ],
  })

beforeAll(async () => {
  server = await startSftpServer()
  for (const key of [
    'alice/secret',
    'a1c/secret',
    'axc/secret',
    '*/own',
    'a?c/own',
    '${aws:username}/own',
    '${*}/own',
  ]) {
    await server.put(key, key)
  }
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

async function reads(client: SftpClient, key: string): Promise<boolean> {
  return client.get(`/${bucket}/${key}`).then(
    () => true,
    (error: Error) => {
      expect(error).toMatchObject(denied)
      return false
    },
  )
}

describe('a home directory', () => {
  it.each([
    ['wild-star', '*'],
    ['wild-mark', 'a?c'],
    ['wild-variable', '${aws:username}'],
    ['wild-escaped', '${*}'],
  ])('of %s means itself, and is no pattern: %s', async (name, folder) => {
    await server.user(name, { HomeDirectory: `/${bucket}/${folder}`, Policy: own('HomeDirectory') })
    const client = await server.client(name)
    expect(await client.cwd()).toBe(`/${bucket}/${folder}`)
    expect(await reads(client, `${folder}/own`)).toBe(true)
    await client.put(Buffer.from('x'), `/${bucket}/${folder}/made`)
    expect((await client.list(`/${bucket}/${folder}`)).map((entry) => entry.name).sort()).toEqual(['made', 'own'])
    for (const key of ['alice/secret', 'a1c/secret', 'axc/secret', '*/own', 'a?c/own', '${*}/own']) {
      if (key !== `${folder}/own`) expect([key, await reads(client, key)]).toEqual([key, false])
    }
    await expect(client.list(`/${bucket}/alice`)).rejects.toMatchObject(denied)
    await client.end()
  })

  it.each(['/${transfer:HomeBucket}', '/b/${transfer:username', '/b/${transfer:Nothing}', '/b/../c', 'b/c', '/b/./c'])(
    'cannot be %s',
    async (HomeDirectory) => {
      await expect(server.user('homely', { HomeDirectory })).rejects.toMatchObject({
        name: expect.stringMatching(/InvalidRequestException|ValidationException/),
      })
    },
  )
})

describe('a user name', () => {
  it.each([
    '*',
    'al*',
    'a?ice',
    '${x}',
    '${transfer:UserName}',
    'a/b',
    '../alice',
    'al ice',
    'a"b',
    '.al',
    'root',
    'ab',
  ])('cannot be %s, neither when it is made nor when somebody logs in by it', async (name) => {
    await expect(server.user(name)).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidRequestException|ValidationException/),
    })
    await expect(server.client(name)).rejects.toThrow(/authentication/i)
  })

  it('may hold what a name may, and means itself', async () => {
    for (const name of ['a.b', 'a-b@example.com', '_x.y', 'a..b']) {
      await server.user(name)
      const client = await server.client(name)
      await client.put(Buffer.from(name), `/${bucket}/${name}/file`)
      expect(await reads(client, 'alice/secret')).toBe(false)
      await client.end()
    }
  })
})
