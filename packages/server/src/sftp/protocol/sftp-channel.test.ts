import { describe, expect, it } from 'vitest'
import { replyType, statusCode } from './codes.ts'
import { type Answer, framed, init, noAttributes, request, string, TestPeer, u32, u64 } from './protocol.test-data.ts'

const codeOf = ({ type, body }: Answer | Record<string, never>): number | undefined =>
  type === replyType.status ? body?.readUInt32BE(0) : undefined
const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 20))
/** Handles are given in order, from 1. */
const handle = (number: number) => string(u32(number))

async function greeted(limits = {}): Promise<TestPeer> {
  const peer = new TestPeer(limits)
  peer.send(init)
  await peer.until(1)
  peer.answers.length = 0
  return peer
}

describe('a channel', () => {
  it('announces version 3, limits and posix-rename, and answers limits', async () => {
    const peer = new TestPeer()
    peer.send(init)
    const [version] = await peer.until(1)
    expect(version?.type).toBe(replyType.version)
    expect(version?.id).toBe(3)
    expect(version?.body.toString()).toContain('limits@openssh.com')
    expect(version?.body.toString()).toContain('posix-rename@openssh.com')
    peer.send(request('extended', 9, string('limits@openssh.com')))
    const answers = await peer.until(2)
    expect([0, 8, 16, 24].map((at) => Number(answers[1]?.body.readBigUInt64BE(at)))).toEqual([
      262144, 261120, 261120, 128,
    ])
  })

  it('writes and reads a file, applying a handle’s writes in the order of their arrival', async () => {
    const peer = await greeted()
    let first = true
    peer.files.delay = async () => {
      if (!first) return
      first = false
      await tick()
    }
    peer.send(request('open', 1, string('/f'), u32(0x1a), noAttributes))
    await peer.until(1)
    peer.send(
      request('write', 2, handle(1), u64(0), string('one ')),
      request('write', 3, handle(1), u64(4), string('two')),
      request('close', 4, handle(1)),
    )
    expect((await peer.until(4)).map(codeOf)).toEqual([undefined, 0, 0, 0])
    expect(peer.files.files.get('/f')?.toString()).toBe('one two')
    peer.send(request('open', 5, string('/f'), u32(1), noAttributes))
    await peer.until(5)
    peer.send(
      request('read', 6, handle(2), u64(4), u32(1000)),
      request('read', 7, handle(2), u64(7), u32(1000)),
      request('read', 8, handle(2), u64(0), u32(0)),
      request('write', 9, handle(2), u64(0), string('x')),
    )
    const [, , , , , data, end, empty, wrong] = await peer.until(9)
    expect(data?.body.subarray(4).toString()).toBe('two')
    expect([end, empty, wrong].map((answer) => codeOf(answer ?? {}))).toEqual([
      statusCode.eof,
      statusCode.eof,
      statusCode.failure,
    ])
  })

  it('answers what it does not know with OP_UNSUPPORTED, a stale handle with FAILURE', async () => {
    const peer = await greeted()
    peer.send(
      framed(Buffer.of(99), u32(1)),
      request('extended', 2, string('statvfs@openssh.com'), string('/')),
      request('close', 3, handle(1)),
      request('stat', 4, string('/none')),
      request('symlink', 5, string('/a'), string('/b')),
    )
    const codes = new Map((await peer.until(5)).map((answer) => [answer.id, codeOf(answer)]))
    expect([1, 2, 3, 4, 5].map((id) => codes.get(id))).toEqual([8, 8, 4, 2, 8])
    expect(peer.bugs).toEqual([])
  })

  it.each([
    ['a length of 256 MiB', u32(256 << 20)],
    ['a packet shorter than its fields', framed(Buffer.of(17), u32(1), u32(100), Buffer.from('abc'))],
    ['a second INIT', init],
  ])('ends on %s with BAD_MESSAGE', async (_, bytes) => {
    const peer = await greeted()
    peer.send(bytes, request('stat', 4, string('/')))
    const [answer] = await peer.until(1)
    expect(codeOf(answer ?? {})).toBe(statusCode.badMessage)
    await tick()
    expect(peer.ended).toBe('malformed')
    expect(peer.answers).toHaveLength(1)
  })

  it('ends without INIT, or with a version before 3', async () => {
    for (const bytes of [request('stat', 1, string('/')), framed(Buffer.of(1), u32(2))]) {
      const peer = new TestPeer()
      peer.send(bytes)
      await tick()
      expect(peer.ended).toBe('malformed')
    }
  })

  it('opens no more handles than it announced', async () => {
    const peer = await greeted({ handles: 2 })
    for (let id = 1; id <= 3; id += 1) peer.send(request('open', id, string('/f'), u32(0x1a), noAttributes))
    expect((await peer.until(3)).map(({ type }) => type)).toEqual([
      replyType.handle,
      replyType.handle,
      replyType.status,
    ])
  })

  it('makes no more replies than a client takes that never reads', async () => {
    const peer = await greeted()
    peer.files.files.set('/big', Buffer.alloc(8192))
    peer.send(request('open', 1, string('/big'), u32(1), noAttributes))
    await peer.until(1)
    peer.reading = false
    for (let id = 2; id < 16_386; id += 1) peer.send(request('read', id, handle(1), u64(0), u32(261_120)))
    await tick()
    expect(peer.channel.writableLength).toBeLessThan(2 << 20)
    expect(peer.channel.isPaused()).toBe(true)
    peer.answers.length = 0
    peer.startReading()
    expect(await peer.until(16_384)).toHaveLength(16_384)
  })

  it('stops taking data in while the store is slow', async () => {
    const peer = await greeted({ inboundBytes: 1 << 20 })
    peer.send(request('open', 1, string('/f'), u32(0x1a), noAttributes))
    await peer.until(1)
    let release = () => {}
    const slow = new Promise<void>((resolve) => {
      release = resolve
    })
    peer.files.delay = () => slow
    const data = string(Buffer.alloc(32_768, 7))
    for (let id = 2; id < 258; id += 1) peer.send(request('write', id, handle(1), u64((id - 2) * 32_768), data))
    await tick()
    expect(peer.channel.isPaused()).toBe(true)
    expect(peer.budgets.inbound.used).toBeLessThan(1.2 * (1 << 20))
    release()
    await peer.until(257)
    peer.send(request('close', 300, handle(1)))
    await peer.until(258)
    await tick()
    expect(peer.files.files.get('/f')).toHaveLength(256 * 32_768)
    expect(peer.budgets.inbound.used).toBe(0)
    expect(peer.budgets.outbound.used).toBe(0)
  })

  it('aborts what was being written when the channel closes, and gives its bounds back', async () => {
    const peer = await greeted()
    peer.send(request('open', 1, string('/f'), u32(0x1a), noAttributes))
    await peer.until(1)
    peer.send(request('write', 2, handle(1), u64(0), string('half')))
    await peer.until(2)
    await peer.sftp.close()
    expect(peer.files.files.has('/f')).toBe(false)
    expect(peer.budgets.outbound.used).toBe(0)
  })
})
