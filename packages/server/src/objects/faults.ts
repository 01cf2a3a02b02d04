/** Faults of objects and buckets by S3's names. S3 API reference, "Error responses". */

import { ServiceFault } from '@scopedown/wire'

export function noSuchBucket(bucket: string): ServiceFault {
  return new ServiceFault('NoSuchBucket', 'The specified bucket does not exist', {
    status: 404,
    members: { BucketName: bucket },
  })
}

export function noSuchKey(key: string): ServiceFault {
  return new ServiceFault('NoSuchKey', 'The specified key does not exist.', { status: 404, members: { Key: key } })
}

export function noSuchUpload(uploadId: string): ServiceFault {
  return new ServiceFault(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { status: 404, members: { UploadId: uploadId } },
  )
}

export function preconditionFailed(condition: string): ServiceFault {
  return new ServiceFault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    members: { Condition: condition },
  })
}

export function bucketNotEmpty(bucket: string): ServiceFault {
  return new ServiceFault('BucketNotEmpty', 'The bucket you tried to delete is not empty', {
    status: 409,
    members: { BucketName: bucket },
  })
}

export function invalidArgument(message: string, name?: string, value?: string): ServiceFault {
  return new ServiceFault('InvalidArgument', message, {
    status: 400,
    members: {
      ...(name === undefined ? {} : { ArgumentName: name }),
      ...(value === undefined ? {} : { ArgumentValue: value.slice(0, 1024) }),
    },
  })
}

export function invalidRequest(message: string): ServiceFault {
  return new ServiceFault('InvalidRequest', message, { status: 400 })
}

export function notImplemented(what: string): ServiceFault {
  return new ServiceFault('NotImplemented', `${what} is not implemented.`, { status: 501 })
}
