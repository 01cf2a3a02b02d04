/** The fields of one packet, read within its bounds. RFC 4251, section 5: data type representations. */

/** The packet is shorter than its fields, or a field says what cannot be: the channel ends. */
export class MalformedPacket extends Error {}

/** A name that is not UTF-8: the request fails, the channel goes on. */
export class NotUtf8 extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class FieldReader {
  readonly #packet: Buffer
  #at = 0

  constructor(packet: Buffer) {
    this.#packet = packet
  }

  byte(): number {
    return this.#packet.readUInt8(this.#take(1))
  }

  uint32(): number {
    return this.#packet.readUInt32BE(this.#take(4))
  }

  /** Offsets and sizes. Beyond 2^53 nothing can be addressed: the largest exact number stands for it. */
  uint64(): number {
    const value = this.#packet.readBigUInt64BE(this.#take(8))
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
  }

  /** A view on the packet, not a copy. */
  bytes(): Buffer {
    const length = this.uint32()
    const start = this.#take(length)
    return this.#packet.subarray(start, start + length)
  }

  text(): string {
    const bytes = this.bytes()
    try {
      return utf8.decode(bytes)
    } catch {
      throw new NotUtf8()
    }
  }

  /** What follows the last field is ignored: clients of later versions append attributes. */
  #take(length: number): number {
    const start = this.#at
    if (length > this.#packet.length - start) throw new MalformedPacket('the packet is shorter than its fields')
    this.#at = start + length
    return start
  }
}
