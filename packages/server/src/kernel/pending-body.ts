/**
 * A body that has not been asked for yet. A handler opens it once the call is allowed; until then not a byte is read, and an
 * HTTP client that waits for leave to send is not given it. In-process callers may hand over plain bytes or streams instead.
 */

import type { ChecksumAlgorithm, OpenedBody } from '@scopedown/wire'

export class PendingBody {
  readonly #open: (checksum?: ChecksumAlgorithm) => OpenedBody

  constructor(open: (checksum?: ChecksumAlgorithm) => OpenedBody) {
    this.#open = open
  }

  /** Once. `checksum`: computed where the request names none. */
  open(checksum?: ChecksumAlgorithm): OpenedBody {
    return this.#open(checksum)
  }
}
