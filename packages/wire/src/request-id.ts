/** Request ids as AWS forms them: a UUID on JSON and query, sixteen capitals and digits with a longer second id on S3. */
import { randomBytes, randomUUID } from 'node:crypto'

/** For `x-amzn-RequestId` and the query envelope. */
export function requestId(): string {
  return randomUUID()
}

const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ0123456789'

/** For `x-amz-request-id`: sixteen capitals and digits. */
export function s3RequestId(): string {
  let id = ''
  for (const byte of randomBytes(16)) id += ALPHABET[byte & 31]
  return id
}

/** For `x-amz-id-2`: base64 of random bytes. It tells nothing about the host. */
export function s3HostId(): string {
  return randomBytes(48).toString('base64')
}
