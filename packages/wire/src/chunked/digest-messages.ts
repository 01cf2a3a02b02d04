/** What a digesting thread is told and tells. Bytes go by shared memory: one ring of blocks for each body. */

import type { DigestAlgorithm } from './digests.ts'

export const blockBytes = 1024 * 1024
export const blocksOfRing = 3

export type ToThread =
  | { readonly body: number; readonly begin: readonly DigestAlgorithm[]; readonly ring: SharedArrayBuffer }
  | { readonly body: number; readonly block: number; readonly length: number }
  | { readonly body: number; readonly end: 'digest' | 'drop' }

export type FromThread =
  /** The block has been read. */
  | { readonly body: number; readonly block: number }
  | { readonly body: number; readonly digests: ReadonlyMap<DigestAlgorithm, string> }
