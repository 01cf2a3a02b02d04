/** Where a job's script lies, and its text. Glue API reference, `JobCommand.ScriptLocation`. */

import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import type { Readable } from 'node:stream'

/** What stands in the way; the message is fit for whoever may read the run. */
export class ScriptError extends Error {}

export interface ScriptSources {
  /** The object, asked for as the job's role. */
  readonly object: (bucket: string, key: string) => Promise<Readable>
  /** The operator's folder of scripts; undefined: `file:` is refused. */
  readonly folder: string | undefined
}

const maxScriptBytes = 4 * 1024 ** 2

export async function scriptOf(location: string | undefined, sources: ScriptSources): Promise<string> {
  if (location === undefined || location === '') throw new ScriptError('The job names no script.')
  const [, bucket = '', key = ''] = /^s3a?:\/\/([^/]+)\/(.+)$/.exec(location) ?? []
  if (bucket !== '') return readAll(await sources.object(bucket, key), location)
  if (location.startsWith('file:')) return fromFolder(location, sources.folder)
  throw new ScriptError(`The script must be at s3://BUCKET/KEY, not at ${location.slice(0, 200)}.`)
}

async function readAll(body: Readable, location: string): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += (chunk as Buffer).length
    if (length > maxScriptBytes) {
      body.destroy()
      throw tooLong(location)
    }
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Links are followed first: what they lead to must lie in the folder too. */
async function fromFolder(location: string, folder: string | undefined): Promise<string> {
  if (folder === undefined) {
    throw new ScriptError('This server reads no scripts from files; put it into S3 and name it as s3://BUCKET/KEY.')
  }
  const absent = new ScriptError(`No script called ${location.slice(0, 200)} is in the server's folder of scripts.`)
  const root = await realpath(folder).catch(() => {
    throw absent
  })
  const file = await realpath(join(root, location.slice('file:'.length))).catch(() => {
    throw absent
  })
  const inside = relative(root, file)
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) throw absent
  const facts = await stat(file)
  if (!facts.isFile()) throw absent
  if (facts.size > maxScriptBytes) throw tooLong(location)
  return readFile(file, 'utf8')
}

const tooLong = (location: string) =>
  new ScriptError(`The script ${location.slice(0, 200)} is longer than ${maxScriptBytes} bytes.`)
