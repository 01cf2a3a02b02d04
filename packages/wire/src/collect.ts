/** Collects a body that an operation wants whole, under a bound, so that no caller can fill the memory. */
import type { ServiceFault } from './fault.ts'

/** All bytes of `source`; throws `tooLarge()` as soon as there are more than `maxBytes`, and reads no further. */
export async function collectBody(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => ServiceFault,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  // Not `for await`: leaving one early destroys the request, and the fault could no longer be answered on its socket.
  const iterator = source[Symbol.asyncIterator]()
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
    length += step.value.byteLength
    if (length > maxBytes) throw tooLarge()
    chunks.push(step.value)
  }
  return Buffer.concat(chunks, length)
}
