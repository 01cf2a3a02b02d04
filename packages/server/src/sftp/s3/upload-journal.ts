/**
 * Multipart uploads that this server's sessions have begun and not ended, a file each in its data folder. Nobody but the session
 * knows of them, so what a server leaves that was killed, its next start takes back. S3 User Guide, "Multipart upload overview".
 */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServiceFault } from '@scopedown/wire'
import { serviceCaller } from '../../kernel/caller.ts'
import type { Kernel } from '../../kernel/kernel.ts'

export interface BegunUpload {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
  readonly account: string
  readonly region: string
}

const nameOf = (uploadId: string): string => `${Buffer.from(uploadId).toString('base64url')}.json`

export class UploadJournal {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Before the first byte of it is taken. No sync: what a machine forgets that loses its power is an upload of no parts or a few. */
  async begun(upload: BegunUpload): Promise<void> {
    const write = () => writeFile(this.#file(upload.uploadId), JSON.stringify(upload), { mode: 0o600 })
    await write().catch(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await write()
    })
  }

  /** Completed, or aborted. */
  async ended(uploadId: string): Promise<void> {
    await rm(this.#file(uploadId), { force: true })
  }

  /** Before the first session: aborts what is left of the server's life before. Answers how many there were. */
  async takeBack(kernel: Kernel, partition: string): Promise<number> {
    const files = await readdir(this.#folder).catch(() => [])
    let taken = 0
    for (const file of files) {
      const upload = parsed(await readFile(join(this.#folder, file), 'utf8'))
      if (upload !== undefined) {
        await abortUpload(kernel, partition, upload)
        taken += 1
      }
      await rm(join(this.#folder, file), { force: true })
    }
    return taken
  }

  #file(uploadId: string): string {
    return join(this.#folder, nameOf(uploadId))
  }
}

/** The last words of a server may be half a line. */
function parsed(text: string): BegunUpload | undefined {
  try {
    return JSON.parse(text) as BegunUpload
  } catch {
    return undefined
  }
}

async function abortUpload(kernel: Kernel, partition: string, upload: BegunUpload): Promise<void> {
  const { bucket: Bucket, key: Key, uploadId: UploadId, account, region } = upload
  const service = 'transfer.amazonaws.com'
  try {
    await kernel.call('s3', 'AbortMultipartUpload', {
      input: { Bucket, Key, UploadId },
      caller: serviceCaller(service, account, partition),
      origin: { ip: undefined, userAgent: 'AWSTransfer', secure: true, invokedBy: service },
      region,
      exempt: 'the service takes back what an upload of its own left',
    })
  } catch (error) {
    // It was completed, or its bucket is gone.
    if (!(error instanceof ServiceFault)) throw error
  }
}
