/** Ids of Transfer Family: a prefix and 17 hexadecimal digits. API reference, `ServerId`, `SshPublicKeyId`, `HostKeyId`. */

import { randomBytes } from 'node:crypto'

export const newId = (prefix: 's' | 'key' | 'hostkey'): string =>
  `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`
