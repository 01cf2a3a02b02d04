/**
 * Who began an upload may list its parts and abort it without an Allow; an explicit Deny still counts. S3 User Guide,
 * "Multipart upload API and permissions".
 */

import type { Call } from '../../kernel/call.ts'
import type { Requirements } from '../../kernel/requirement.ts'
import type { Initiator } from '../../objects/multipart.ts'
import type { S3Arns, S3Deps } from './operation.ts'
import { asksObject } from './requirements.ts'

export async function initiatedOrAsks(
  call: Call<{ readonly Bucket: string; readonly Key: string; readonly UploadId: string }, S3Arns>,
  action: string,
  { uploads }: S3Deps,
): Promise<Requirements> {
  const { Bucket, Key, UploadId } = call.input
  const requirement = asksObject(call, action, Bucket, Key)
  const upload = await uploads.find(Bucket, Key, UploadId)
  // A session is its role and name: another session of the role is somebody else.
  const own = upload !== undefined && upload.initiator.userId === call.caller.userId
  return [own ? { ...requirement, unlessDenied: true } : requirement]
}

export function initiatorShape({ arn, account }: Initiator) {
  return { ID: arn, DisplayName: account }
}
