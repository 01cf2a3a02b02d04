import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { collectBody } from './collect.ts'
import { asFault, deniedFault, type Protocol, ServiceFault, unimplementedFault } from './fault.ts'

const tooLarge = () => new ServiceFault('RequestEntityTooLarge', 'too large', { status: 413 })

it('collects up to its bound and leaves the source alive beyond it', async () => {
  expect((await collectBody(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3, tooLarge)).toString()).toBe('abc')
  let produced = 0
  const endless = new Readable({
    read() {
      produced += 1000
      this.push(Buffer.alloc(1000))
    },
  })
  await expect(collectBody(endless, 5000, tooLarge)).rejects.toMatchObject({ code: 'RequestEntityTooLarge' })
  expect(produced).toBeLessThan(200_000)
  expect(endless.destroyed).toBe(false)
})

it.each([
  ['awsJson', 'AccessDeniedException', 400, 'UnknownOperationException', 'InternalFailure'],
  ['awsQuery', 'AccessDenied', 403, 'InvalidAction', 'InternalFailure'],
  ['restXml', 'AccessDenied', 403, 'NotImplemented', 'InternalError'],
] as const)('names common faults on %s', (protocol: Protocol, denied, status, unimplemented, internal) => {
  expect(deniedFault(protocol, 'why')).toMatchObject({ code: denied, status, message: 'why' })
  expect(unimplementedFault(protocol).code).toBe(unimplemented)
  const bug = asFault(new TypeError('secret'), protocol)
  expect(bug).toMatchObject({ code: internal, status: 500 })
  expect(bug.message).not.toContain('secret')
  expect(asFault(bug, protocol)).toBe(bug)
})
