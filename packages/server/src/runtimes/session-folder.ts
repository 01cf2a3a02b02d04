/** The folder of one session: its sockets and small files. All lie in one place, so that those of a crash can be found. */

import { mkdtempSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** unix(7): the path of a socket has at most 107 bytes. */
const longestSocket = 107
const longestName = '/XXXXXX/gateway.sock'

/** `root`: the server's own; undefined, or too long for sockets: the system's folder for temporary files. */
export function makeSessionFolder(root: string | undefined): string {
  const fits = root !== undefined && Buffer.byteLength(root + longestName) <= longestSocket
  return mkdtempSync(fits ? `${root}/` : join(tmpdir(), 'scopedown-'))
}

/** What a server left behind that ended without a word. Its processes have ended with it. */
export async function emptySessionFolders(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true })
  await mkdir(root, { recursive: true, mode: 0o700 })
}
