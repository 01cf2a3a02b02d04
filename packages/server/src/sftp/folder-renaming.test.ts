import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, type SftpTestServer, startSftpServer, tightTemplate } from './sftp-server.test-data.ts'

let server: SftpTestServer
let client: SftpClient
const home = `/${bucket}/dora`

beforeAll(async () => {
  server = await startSftpServer()
  // One file of the folder may not be taken away, and nothing may be written below `closed/`.
  const policy = JSON.parse(tightTemplate) as { Statement: unknown[] }
  policy.Statement.push(
    { Effect: 'Deny', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${bucket}/*/kept.txt` },
    { Effect: 'Deny', Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/dora/closed/*` },
    { Effect: 'Deny', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*/secret.txt` },
  )
  await server.user('dora', { Policy: JSON.stringify(policy) })
  client = await server.client('dora')
})
afterAll(async () => {
  await client.end()
  expect(server.log).toEqual([])
  await server.remove()
})

async function keys(prefix: string): Promise<string[]> {
  const listed = await server
    .s3(server.administrator)
    .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1000 }))
  return (listed.Contents ?? []).map(({ Key = '' }) => Key)
}

async function folder(name: string, ...files: readonly string[]): Promise<string[]> {
  await client.mkdir(`${home}/${name}`)
  for (const file of files) await server.put(`dora/${name}/${file}`, file)
  return keys(`dora/${name}/`)
}

describe('a folder with something in it', () => {
  it('goes as a whole, markers, subfolders and odd names too, and the log tells how far it is', async () => {
    await folder('year', 'a.txt', 'june/b.txt', 'june/deep/ü &?#.txt', 'june/empty/')
    await client.rename(`${home}/year`, `${home}/2026`)
    expect(await keys('dora/year')).toEqual([])
    expect(await keys('dora/2026/')).toEqual(
      ['', 'a.txt', 'june/b.txt', 'june/deep/ü &?#.txt', 'june/empty/'].map((file) => `dora/2026/${file}`),
    )
    expect((await client.get(`${home}/2026/june/deep/ü &?#.txt`)).toString()).toBe('june/deep/ü &?#.txt')
    const told = (await server.activity()).filter((line) => line['activity-type'] === 'RENAME')
    const paths = { path: `${home}/year`, 'new-path': `${home}/2026` }
    expect(told).toMatchObject([
      { ...paths, progress: 'copied', files: 5, total: 5 },
      { ...paths, progress: 'deleted', files: 5, total: 5 },
      paths,
    ])
  })

  it('goes by more than a page', async () => {
    await client.mkdir(`${home}/many`)
    for (let index = 0; index < 1050; index += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => server.put(`dora/many/${index + at}`, '')))
    }
    await client.rename(`${home}/many`, `${home}/more`)
    expect(await keys('dora/many')).toEqual([])
    expect(await client.list(`${home}/more`)).toHaveLength(1050)
  }, 120_000)

  it.each([
    ['one file may not be deleted', ['a.txt', 'sub/kept.txt'], 'moved'],
    ['one file may not be read', ['a.txt', 'sub/secret.txt'], 'moved'],
    ['the target may not be written', ['a.txt'], 'closed/moved'],
    ['the target is another user’s', ['a.txt'], '../alice/moved'],
  ])('stays as it was, not a file of it copied, where %s', async (about, files, target) => {
    const name = about.replaceAll(/\W/g, '')
    const before = await folder(name, ...files)
    expect(before).toHaveLength(files.length + 1)
    await expect(client.rename(`${home}/${name}`, `${home}/${target}`)).rejects.toMatchObject({ code: 3 })
    expect(await keys(`dora/${name}/`)).toEqual(before)
    expect(await keys('dora/moved')).toEqual([])
    expect(await keys('dora/closed')).toEqual([])
    expect(await keys('alice/')).toEqual([])
  })

  it('goes neither over what is there nor into itself', async () => {
    const before = await folder('here', 'a.txt')
    await folder('taken', 'b.txt')
    await server.put('dora/file', 'x')
    for (const target of ['taken', 'file', 'here/below']) {
      await expect(client.rename(`${home}/here`, `${home}/${target}`)).rejects.toMatchObject({ code: 4 })
    }
    await expect(client.posixRename(`${home}/here`, `${home}/taken`)).rejects.toMatchObject({ code: 4 })
    expect(await keys('dora/here/')).toEqual(before)
    expect(await keys('dora/taken/')).toEqual(['dora/taken/', 'dora/taken/b.txt'])
  })
})
