/** The checksum of a multipart object from those of its parts. S3 User Guide, "Checking object integrity", checksum types. */

import { type ChecksumAlgorithm, createChecksum, ServiceFault } from '@scopedown/wire'
import { combineCrc } from './crc-combine.ts'
import type { StoredChecksum } from './facts.ts'

export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly type: StoredChecksum['type']
}

/** A part as CompleteMultipartUpload names it; `etag` without quotes. */
export interface RequestedPart {
  readonly number: number
  readonly etag: string
  readonly checksum: { readonly algorithm: string; readonly value: string } | undefined
}

interface Part {
  readonly number: number
  readonly size: number
  readonly checksum: StoredChecksum | undefined
}

/** What S3 computes where the upload was begun without. */
const usual: UploadChecksum = { algorithm: 'crc64nvme', type: 'FULL_OBJECT' }

/** Undefined: begun without, and a part has another than the usual. Throws where a part's or the whole's is not as stated. */
export function completedChecksum(
  wanted: UploadChecksum | undefined,
  parts: readonly Part[],
  requested: readonly RequestedPart[],
  stated: { readonly algorithm: string; readonly value: string } | undefined,
): StoredChecksum | undefined {
  for (const [index, { checksum, number }] of requested.entries()) {
    const known = parts[index]?.checksum
    if (checksum !== undefined && (known?.algorithm !== checksum.algorithm || known.value !== checksum.value)) {
      throw new ServiceFault(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { status: 400, members: { PartNumber: number } },
      )
    }
  }
  if (wanted === undefined && !parts.every(({ checksum }) => checksum?.algorithm === usual.algorithm)) return undefined
  const { algorithm, type } = wanted ?? usual
  const values = parts.map(({ checksum }) => {
    if (checksum?.algorithm === algorithm) return checksum.value
    throw new ServiceFault(
      'InvalidRequest',
      `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.`,
      { status: 400 },
    )
  })
  const value = type === 'COMPOSITE' ? composite(algorithm, values) : combineCrc(algorithm, values, parts)
  if (stated !== undefined && (stated.algorithm !== algorithm || stated.value.replace(/-\d+$/, '') !== value)) {
    throw new ServiceFault(
      'BadDigest',
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      { status: 400 },
    )
  }
  return { algorithm, value, type }
}

function composite(algorithm: ChecksumAlgorithm, values: readonly string[]): string {
  const checksum = createChecksum(algorithm)
  for (const value of values) checksum.update(Buffer.from(value, 'base64'))
  return checksum.digest()
}
