/**
 * S3 as one session's principal, through the kernel: each call decided and audited like one that came over HTTP. What the
 * engine said is read from the verdict, never inferred from a 403, which S3 also answers for a hidden absence.
 */

import type * as sdk from '@aws-sdk/client-s3'
import { requestId, ServiceFault } from '@scopedown/wire'
import type { Origin } from '../../kernel/call.ts'
import type { Caller } from '../../kernel/caller.ts'
import type { Kernel, Progress } from '../../kernel/kernel.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { allowedDecisions, deniedDecision } from '../files/decided.ts'
import type { Tell } from '../files/decisions.ts'
import type { UploadJournal } from './upload-journal.ts'

interface Inputs {
  HeadObject: sdk.HeadObjectCommandInput
  GetObject: sdk.GetObjectCommandInput
  PutObject: Omit<sdk.PutObjectCommandInput, 'Body'> & { Body?: unknown }
  CreateMultipartUpload: sdk.CreateMultipartUploadCommandInput
  UploadPart: Omit<sdk.UploadPartCommandInput, 'Body'> & { Body?: unknown }
  CompleteMultipartUpload: sdk.CompleteMultipartUploadCommandInput
  CopyObject: sdk.CopyObjectCommandInput
  DeleteObject: sdk.DeleteObjectCommandInput
  ListObjectsV2: sdk.ListObjectsV2CommandInput
  ListBuckets: sdk.ListBucketsCommandInput
}

interface Outputs {
  HeadObject: sdk.HeadObjectCommandOutput
  GetObject: Omit<sdk.GetObjectCommandOutput, 'Body'> & { Body: NodeJS.ReadableStream }
  PutObject: sdk.PutObjectCommandOutput
  CreateMultipartUpload: sdk.CreateMultipartUploadCommandOutput
  UploadPart: sdk.UploadPartCommandOutput
  CompleteMultipartUpload: sdk.CompleteMultipartUploadCommandOutput
  CopyObject: sdk.CopyObjectCommandOutput
  DeleteObject: sdk.DeleteObjectCommandOutput
  ListObjectsV2: sdk.ListObjectsV2CommandOutput
  ListBuckets: sdk.ListBucketsCommandOutput
}

export type Outcome<Output> =
  | { readonly kind: 'done'; readonly output: Output }
  /** By the engine: which action, and why. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Any other modelled fault. */
  | { readonly kind: 'fault'; readonly fault: ServiceFault }

export interface StoreCallsOptions {
  readonly kernel: Kernel
  /** All of them must be allowed; the first one does it. */
  readonly callers: () => Promise<readonly Caller[]>
  /** Transfer Family itself, for what no user's role is asked about. */
  readonly service: Caller
  readonly origin: Origin
  readonly region: string
  /** Of uploads that are under way; undefined: nobody takes back what is left of them. */
  readonly uploads?: UploadJournal | undefined
}

export class StoreCalls {
  readonly #options: StoreCallsOptions
  readonly tell: Tell

  constructor(options: StoreCallsOptions, tell: Tell = () => {}) {
    this.#options = options
    this.tell = tell
  }

  /** The same, which tells what was decided. */
  watched(tell: Tell): StoreCalls {
    return new StoreCalls(this.#options, tell)
  }

  async call<Name extends keyof Inputs>(name: Name, input: Inputs[Name]): Promise<Outcome<Outputs[Name]>> {
    const { kernel, callers, origin, region } = this.#options
    const operation = kernel.registry.operation('s3', name)
    if (operation === undefined) throw new Error(`this server has no operation s3:${name}`)
    const time = kernel.clock()
    const [caller, ...others] = await callers()
    if (caller === undefined) throw new Error('a session has no principal')
    const refusal = await this.#refusal(name, input, others)
    if (refusal !== undefined) return { kind: 'refused', refusal }
    const asked = { operation, input, caller, origin, region, requestId: requestId(), time }
    const progress: Progress = { input: undefined, verdict: undefined, authorizationId: undefined }
    let thrown: unknown
    try {
      return { kind: 'done', output: (await kernel.perform(asked, progress)) as Outputs[Name] }
    } catch (error) {
      thrown = error
      const refusal = progress.verdict?.refusal
      if (refusal !== undefined) {
        this.tell(deniedDecision(refusal, progress.authorizationId))
        return { kind: 'refused', refusal }
      }
      if (error instanceof ServiceFault) return { kind: 'fault', fault: error }
      throw error
    } finally {
      for (const decision of allowedDecisions(progress.verdict, asked.requestId)) this.tell(decision)
      await kernel.record(asked, progress, thrown)
    }
  }

  /**
   * Takes back the parts of an upload that came to nothing. Not as the user: a role that is gone, or may not abort, would leave
   * them behind. Facts on SFTP operations.
   */
  async abandon(input: sdk.AbortMultipartUploadCommandInput): Promise<void> {
    const { kernel, service: caller, origin, region } = this.#options
    const exempt = 'the service takes back what an upload of its own left'
    try {
      await kernel.call('s3', 'AbortMultipartUpload', { input, caller, origin, region, exempt })
    } catch (error) {
      // It is gone already.
      if (!(error instanceof ServiceFault)) throw error
    }
  }

  /** What is begun here and not ended is taken back at the server's next start. */
  async begun(bucket: string, key: string, uploadId: string): Promise<void> {
    const { uploads, service, region } = this.#options
    await uploads?.begun({ bucket, key, uploadId, account: service.account, region })
  }

  async ended(uploadId: string): Promise<void> {
    await this.#options.uploads?.ended(uploadId)
  }

  /** Whether a call would be let through, without doing it. */
  async allows<Name extends keyof Inputs>(name: Name, input: Inputs[Name]): Promise<boolean> {
    return (await this.#refusal(name, input, await this.#options.callers())) === undefined
  }

  async #refusal(name: keyof Inputs, input: unknown, callers: readonly Caller[]): Promise<Refusal | undefined> {
    const { kernel, origin, region } = this.#options
    for (const caller of callers) {
      const asked = { input, caller, origin, region, requestId: requestId() }
      const { verdict, authorizationId } = await kernel.check('s3', name, asked)
      for (const decision of allowedDecisions(verdict, asked.requestId)) this.tell(decision)
      if (verdict.refusal === undefined) continue
      this.tell(deniedDecision(verdict.refusal, authorizationId))
      return verdict.refusal
    }
    return undefined
  }
}
