/** What a digesting thread is told and tells. Bytes go by shared memory: one ring of blocks for each body. */

import type { DigestAlgorithm, Digests } from './digests.ts'

export const blockBytes = 512 * 1024
export const blocksOfRing = 6

export type ToThread =
  | { readonly body: number; readonly begin: readonly DigestAlgorithm[]; readonly ring: SharedArrayBuffer }
  | { readonly body: number; readonly block: number; readonly length: number }
  | { readonly body: number; readonly end: 'digest' | 'drop' }

export type FromThread =
  /** The block has been read. */
  | { readonly body: number; readonly block: number }
  /** The body's last message; without digests where they were not wanted any more. */
  | { readonly body: number; readonly digests: Digests | undefined }
