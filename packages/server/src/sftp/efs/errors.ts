/** Errors of the kernel as a client is told them; draft-ietf-secsh-filexfer-02, section 7. What is not expected here stays a bug. */

import { failure, noSuchFile, permissionDenied, type SftpError } from '../files/file-system.ts'

const told: Readonly<Record<string, () => SftpError>> = {
  ENOENT: noSuchFile,
  ENOTDIR: noSuchFile,
  EACCES: permissionDenied,
  EPERM: permissionDenied,
  EROFS: permissionDenied,
  EEXIST: () => failure('The file is there already'),
  ENOTEMPTY: () => failure('The directory is not empty'),
  EISDIR: () => failure('It is a directory'),
  EXDEV: () => failure('The file systems differ'),
  EINVAL: () => failure('It cannot be done'),
  ENAMETOOLONG: () => failure('The name is too long'),
  ELOOP: () => failure('Too many links'),
  EMLINK: () => failure('Too many links'),
  ENOSPC: () => failure('No space is left'),
  EDQUOT: () => failure('No space is left'),
  EFBIG: () => failure('The file is too large'),
  ETXTBSY: () => failure('The file is in use'),
  EBUSY: () => failure('The file is in use'),
  EMFILE: () => failure('Too many open files'),
  ENFILE: () => failure('Too many open files'),
  EIO: () => failure('The file system failed'),
  ESTALE: () => failure('The file has changed or is gone'),
}

export async function asSftpErrors<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    const expected = told[(error as NodeJS.ErrnoException).code ?? '']
    throw expected === undefined ? error : expected()
  }
}
