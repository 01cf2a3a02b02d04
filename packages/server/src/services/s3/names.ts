/** Bucket names and object keys. S3 User Guide, "General purpose bucket naming rules" and "Naming Amazon S3 objects". */

import { ServiceFault } from '@scopedown/wire'

const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/
const address = /^\d{1,3}(\.\d{1,3}){3}$/

export function isBucketName(name: string): boolean {
  return bucketPattern.test(name) && !name.includes('..') && !address.test(name) && !reserved.test(name)
}

export function checkNewBucketName(name: string): void {
  if (isBucketName(name)) return
  throw new ServiceFault('InvalidBucketName', 'The specified bucket is not valid.', {
    status: 400,
    members: { BucketName: name.slice(0, 256) },
  })
}

const maxKeyBytes = 1024

/** Any UTF-8 but NUL, which neither XML nor every database can hold. */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key, 'utf8')
  if (size > maxKeyBytes) {
    throw new ServiceFault('KeyTooLongError', 'Your key is too long', {
      status: 400,
      members: { Size: size, MaxSizeAllowed: maxKeyBytes },
    })
  }
  if (size === 0 || key.includes('\u0000')) {
    throw new ServiceFault('InvalidArgument', 'The object key is empty or holds a NUL.', { status: 400 })
  }
}
