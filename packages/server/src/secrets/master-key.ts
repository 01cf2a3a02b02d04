/** The key under which secrets lie in the store: from the environment, or a 0600 file beside the data, made on first start. */

import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export const masterKeyVariable = 'SCOPEDOWN_MASTER_KEY'

export class MasterKeyError extends Error {}

/** 32 bytes as base64 or hex. */
export function parseMasterKey(text: string, origin: string): Buffer {
  const trimmed = text.trim()
  const key = /^[0-9a-fA-F]{64}$/.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64')
  if (key.length !== 32) throw new MasterKeyError(`${origin} must hold 32 bytes as base64 or hex`)
  return key
}

export function loadMasterKey(path: string, environment: NodeJS.ProcessEnv = process.env): Buffer {
  const given = environment[masterKeyVariable]
  if (given !== undefined && given !== '') return parseMasterKey(given, masterKeyVariable)
  if (!existsSync(path)) createKeyFile(path)
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new MasterKeyError(`${path} can be read by others; make it 0600`)
  }
  return parseMasterKey(readFileSync(path, 'utf8'), path)
}

/** By link, so that of two servers starting at once on one folder both end up with the same key. */
function createKeyFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
