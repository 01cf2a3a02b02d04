/** The byte stream of a channel as packets: `uint32 length`, then that many bytes. draft-ietf-secsh-filexfer-02, section 3. */

import { packetLimit } from './codes.ts'
import { MalformedPacket } from './field-reader.ts'

const lengthBytes = 4
/** A type and a request id; INIT has a version in the id's place. */
const shortest = 5

export class PacketSplitter {
  #chunks: Buffer[] = []
  /** Bytes in `#chunks`. */
  #held = 0

  /** Bytes that have not been taken. */
  get held(): number {
    return this.#held
  }

  add(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#held += chunk.length
  }

  /** The next whole packet, a buffer of its own: it keeps no chunk alive. Undefined until its end has come. */
  next(): Buffer | undefined {
    if (this.#held < lengthBytes) return undefined
    const length = this.#peekLength()
    if (length < shortest) throw new MalformedPacket(`a packet of ${length} bytes has no request id`)
    if (length > packetLimit)
      throw new MalformedPacket(`a packet of ${length} bytes is over the limit of ${packetLimit}`)
    if (this.#held < lengthBytes + length) return undefined
    this.#drop(lengthBytes)
    return this.#takeCopy(length)
  }

  /** All packets that are whole. */
  *all(): Generator<Buffer> {
    for (let packet = this.next(); packet !== undefined; packet = this.next()) yield packet
  }

  #peekLength(): number {
    const first = this.#chunks[0] as Buffer
    if (first.length < lengthBytes) {
      // Rare: the length itself is spread over chunks.
      this.#chunks = [Buffer.concat(this.#chunks)]
    }
    return (this.#chunks[0] as Buffer).readUInt32BE(0)
  }

  #drop(count: number): void {
    this.#chunks[0] = (this.#chunks[0] as Buffer).subarray(count)
    this.#held -= count
  }

  #takeCopy(length: number): Buffer {
    const packet = Buffer.allocUnsafe(length)
    let filled = 0
    let whole = 0
    while (filled < length) {
      const chunk = this.#chunks[whole] as Buffer
      const used = Math.min(chunk.length, length - filled)
      chunk.copy(packet, filled, 0, used)
      filled += used
      if (used < chunk.length) {
        this.#chunks[whole] = chunk.subarray(used)
        break
      }
      whole += 1
    }
    this.#chunks.splice(0, whole)
    this.#held -= length
    return packet
  }
}
