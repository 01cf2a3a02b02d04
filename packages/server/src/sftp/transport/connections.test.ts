import { createHash, randomBytes } from 'node:crypto'
import { DescribeServerCommand } from '@aws-sdk/client-transfer'
import ssh2 from 'ssh2'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, type SftpTestServer, startSftpServer } from '../sftp-server.test-data.ts'

const patient = { timeout: 60_000, interval: 100 }

async function connected(server: SftpTestServer, port = server.port): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  client.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({ host: '127.0.0.1', port, username: 'dora', privateKey: server.privateKey })
  })
  return client
}

/** The library's streams call back at `close` alone. */
const closed = (stream: NodeJS.EventEmitter, begin: () => void) =>
  new Promise<void>((resolve) => {
    stream.once('close', () => resolve())
    begin()
  })

const socketOf = (client: ssh2.Client) => (client as unknown as { _sock: { pause(): void; destroy(): void } })._sock

describe('keys', () => {
  it('are renewed by the server in the middle of an upload and of a download, to the byte', async () => {
    const server = await startSftpServer({ sftpLimits: { rekeyBytes: 1 << 20 } })
    await server.user('dora')
    const client = await connected(server)
    let rekeyed = 0
    // The first one is over: each that follows is the server's doing, for this client asks for none by itself.
    client.on('handshake', () => {
      rekeyed += 1
    })
    const sftp = await new Promise<ssh2.SFTPWrapper>((resolve, reject) =>
      client.sftp((error, wrapper) => (error ? reject(error) : resolve(wrapper))),
    )
    const path = `/${bucket}/dora/rekeyed`
    const sent = createHash('sha256')
    const writer = sftp.createWriteStream(path)
    const piece = randomBytes(256 * 1024)
    let pieces = 0
    // As long as it takes: the server looks once a second.
    while (rekeyed < 2 && pieces < 20_000) {
      sent.update(piece)
      pieces += 1
      await new Promise<void>((resolve) => writer.write(piece, () => resolve()))
    }
    expect(rekeyed).toBeGreaterThanOrEqual(2)
    await closed(writer, () => writer.end())
    const received = createHash('sha256')
    const reader = sftp.createReadStream(path)
    await closed(reader, () => reader.on('data', (chunk: Buffer) => received.update(chunk)))
    expect(received.digest('hex')).toBe(sent.digest('hex'))
    await closed(client, () => client.end())
    await server.remove()
  }, 180_000)
})

describe('a client', () => {
  let server: SftpTestServer

  beforeAll(async () => {
    server = await startSftpServer({ sftpLimits: { idleMilliseconds: 4_000, unresponsiveMilliseconds: 1_500 } })
    await server.user('dora')
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  const exits = async () =>
    (await server.activity())
      .filter((record) => record['activity-type'] === 'EXIT_REASON')
      .map(({ message }) => String(message))

  it('that asks for nothing is let go of, though it answers; one that asks stays', async () => {
    const busy: SftpClient = await server.client('dora')
    const idle = await connected(server)
    let gone = false
    idle.on('close', () => {
      gone = true
    })
    // Keepalives go back and forth meanwhile.
    while (!gone) await busy.stat(`/${bucket}/dora`)
    await expect.poll(exits, patient).toContain('the connection was idle')
    expect((await busy.stat(`/${bucket}/dora`)).isDirectory).toBe(true)
    await busy.end()
  }, 120_000)

  it('that does not answer is let go of', async () => {
    const deaf = await connected(server)
    socketOf(deaf).pause()
    await expect.poll(exits, patient).toContainEqual(expect.stringMatching(/keepalive/i))
    socketOf(deaf).destroy()
  }, 120_000)
})

describe('banners', () => {
  it('greet before the login, and are described both; after it SFTP shows none', async () => {
    const server = await startSftpServer()
    const [before, after] = ['Authorized use only.\nAll is logged.', 'Welcome.']
    const { id, port } = await server.newServer({
      PreAuthenticationLoginBanner: before,
      PostAuthenticationLoginBanner: after,
    })
    await server.user('dora', { ServerId: id })
    const client = new ssh2.Client()
    const shown: string[] = []
    client.on('banner', (text) => shown.push(text.replaceAll('\r', '').trim()))
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve).once('error', reject)
      client.connect({ host: '127.0.0.1', port, username: 'dora', privateKey: server.privateKey })
    })
    client.end()
    expect(shown).toEqual([before])
    const { Server } = await server.transfer.send(new DescribeServerCommand({ ServerId: id }))
    expect(Server).toMatchObject({ PreAuthenticationLoginBanner: before, PostAuthenticationLoginBanner: after })
    await server.remove()
  })
})
