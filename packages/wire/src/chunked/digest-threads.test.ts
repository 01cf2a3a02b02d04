/** Where the system gives no thread. Runs the built thread: `npm run build` first. */

import { createHash } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { digestOnThread } from './threaded-digester.ts'

const system = vi.hoisted(() => ({ refuses: false }))

vi.mock('node:os', async (original) => ({ ...(await original<object>()), availableParallelism: () => 2 }))
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>()
  class Worker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof real.Worker>) {
      if (system.refuses) throw Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' })
      super(...args)
    }
  }
  return { ...real, Worker }
})

const bytes = Buffer.from('a short body')
const md5 = createHash('md5').update(bytes).digest('base64')

it('leaves a body to whoever asks, keeps its room, and shares the thread that there is', async () => {
  system.refuses = true
  for (let body = 0; body < 100; body++) expect(digestOnThread(['md5'])).toBeUndefined()
  system.refuses = false
  const first = digestOnThread(['md5'])
  system.refuses = true
  const second = digestOnThread(['md5'])
  for (const digester of [first, second]) {
    await digester?.update(bytes)
    expect((await digester?.digest())?.get('md5')).toBe(md5)
  }
})
