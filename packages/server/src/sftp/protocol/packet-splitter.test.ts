import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packetLimit } from './codes.ts'
import { MalformedPacket } from './field-reader.ts'
import { PacketSplitter } from './packet-splitter.ts'
import { framed, u32 } from './protocol.test-data.ts'
import { readRequest } from './requests.ts'

const bodies = fc.array(fc.uint8Array({ minLength: 5, maxLength: 400 }), { maxLength: 12 })

function packetsOf(chunk: Buffer): Buffer[] {
  const splitter = new PacketSplitter()
  splitter.add(chunk)
  return [...splitter.all()]
}

describe('PacketSplitter', () => {
  it('finds the same packets however the stream is cut', () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (packets, cuts) => {
        const stream = Buffer.concat(packets.map((body) => framed(Buffer.from(body))))
        const splitter = new PacketSplitter()
        const found: Buffer[] = []
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1
          splitter.add(stream.subarray(at, at + size))
          found.push(...splitter.all())
          at += size
        }
        expect(found.map((packet) => packet.toString('hex'))).toEqual(
          packets.map((body) => Buffer.from(body).toString('hex')),
        )
        expect(splitter.held).toBe(0)
      }),
    )
  })

  it('refuses a length beyond the limit before anything of it has come, 256 MiB or 4 GiB', () => {
    for (const length of [packetLimit + 1, 256 << 20, 0xffff_ffff, 0, 4]) {
      expect(() => packetsOf(u32(length))).toThrow(MalformedPacket)
    }
    expect(packetsOf(framed(Buffer.alloc(packetLimit)))).toHaveLength(1)
  })

  it('keeps no chunk alive by its packets', () => {
    const chunk = framed(Buffer.alloc(16, 1))
    const [packet] = packetsOf(chunk)
    chunk.fill(2)
    expect(packet?.every((byte) => byte === 1)).toBe(true)
  })
})

describe('readRequest', () => {
  it('answers any bytes with a request or MalformedPacket, never with anything else', () => {
    const types = fc.constantFrom(1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 200, 255)
    fc.assert(
      fc.property(types, fc.uint8Array({ minLength: 4, maxLength: 200 }), (type, rest) => {
        try {
          readRequest(Buffer.concat([Buffer.of(type), rest]))
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedPacket)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('reads a name that is not UTF-8 as one that cannot be served, and offsets beyond 2^53 as past every end', () => {
    const bad = Buffer.concat([Buffer.of(17), u32(7), u32(2), Buffer.of(0xc3, 0x28)])
    expect(readRequest(bad)).toEqual({ id: 7, request: { kind: 'notUtf8' } })
    const far = Buffer.concat([Buffer.of(5), u32(1), u32(1), Buffer.of(65), Buffer.alloc(8, 0xff), u32(10)])
    expect(readRequest(far).request).toMatchObject({ offset: Number.MAX_SAFE_INTEGER })
  })

  it('does not believe a count of extended attributes that the packet cannot hold', () => {
    const packet = Buffer.concat([Buffer.of(14), u32(1), u32(1), Buffer.from('a'), u32(0x8000_0000), u32(0xffff_ffff)])
    expect(() => readRequest(packet)).toThrow(MalformedPacket)
  })
})
