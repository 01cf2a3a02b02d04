/** SHA-256 of a body in lower-case hex, as Signature Version 4 has it. */

import { hash } from 'node:crypto'

const ofNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export function bodyHash(body: Uint8Array): string {
  return body.length === 0 ? ofNothing : hash('sha256', body, 'hex')
}
