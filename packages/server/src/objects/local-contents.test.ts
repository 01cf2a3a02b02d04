/** What the disk is told while a large content comes; the rest of what a folder must do stands in the contract. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { earlySyncBytes, LocalContents } from './local-contents.ts'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, open: vi.fn(real.open) }
})

const id = '0123456789abcdef0123456789abcdef'
let folder: string
let contents: LocalContents

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scopedown-early-sync-'))
  contents = new LocalContents(folder)
})

afterEach(() => {
  vi.mocked(open).mockReset()
  rmSync(folder, { recursive: true, force: true })
})

/** The next file opened tells of its early syncs to `datasync` instead of the disk. */
async function onDatasync(datasync: () => Promise<void>): Promise<void> {
  const real = (await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')).open
  vi.mocked(open).mockImplementation(real)
  vi.mocked(open).mockImplementationOnce(async (...args) => {
    const file: FileHandle = await real(...args)
    return Object.assign(file, { datasync })
  })
}

async function* ofBytes(length: number, atEnd: () => void = () => {}): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(1024 * 1024)
  for (let sent = 0; sent < length; sent += piece.length) yield piece
  atEnd()
}

it('sets the disk to work before a large content has come whole', async () => {
  let syncs = 0
  let before = 0
  await onDatasync(async () => void syncs++)
  await contents.write(
    id,
    ofBytes(earlySyncBytes * 2, () => {
      before = syncs
    }),
  )
  expect(before).toBeGreaterThan(0)
})

it('does not for a smaller one', async () => {
  const datasync = vi.fn(async () => {})
  await onDatasync(datasync)
  await contents.write(id, ofBytes(earlySyncBytes / 2))
  expect(datasync).not.toHaveBeenCalled()
})

it('fails with what the disk failed with on the way, and leaves nothing', async () => {
  await onDatasync(() => Promise.reject(new Error('EIO: the disk is broken')))
  await expect(contents.write(id, ofBytes(earlySyncBytes + 1024 * 1024))).rejects.toThrow('the disk is broken')
  expect(readdirSync(join(folder, 'ef'))).toEqual([])
  // The next content is not kept from early syncs by it.
  const datasync = vi.fn(async () => {})
  await onDatasync(datasync)
  await contents.write(id, ofBytes(earlySyncBytes + 1024 * 1024))
  expect(datasync).toHaveBeenCalledOnce()
})
