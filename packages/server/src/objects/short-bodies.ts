/** Tells short bodies from others without knowing their length: reads until one or the other is certain. */

export type Sorted =
  | { readonly bytes: Buffer; readonly source?: never }
  | { readonly source: AsyncIterable<Uint8Array>; readonly bytes?: never }

/** All of a body of fewer than `limit` bytes; otherwise the body, from its beginning. Fails with what the source fails with. */
export async function sortBody(source: AsyncIterable<Uint8Array>, limit: number): Promise<Sorted> {
  if (limit === 0) return { source }
  const rest = source[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let size = 0
  while (size < limit) {
    const { done, value } = await rest.next()
    if (done) return { bytes: Buffer.concat(first, size) }
    first.push(value)
    size += value.length
  }
  return { source: rejoined(first, rest) }
}

async function* rejoined(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* first
    for (;;) {
      const { done, value } = await rest.next()
      if (done) return
      yield value
    }
  } finally {
    // A writer that gives up half way lets the source go.
    await rest.return?.()
  }
}
