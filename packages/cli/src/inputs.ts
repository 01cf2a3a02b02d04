/** Files and standard input as text, bounded, in strict UTF-8; every failure is one sentence. */

import { createReadStream } from 'node:fs'
import { printable } from '@scopedown/engine'
import { Unusable } from './unusable.ts'

/** As much as the engine reads of a policy. */
const maxCharacters = 64 * 1024 * 1024

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of its path is no directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'its name is too long',
  ERR_INVALID_ARG_VALUE: 'that is no file name',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
}

export class Inputs {
  readonly #stdin: AsyncIterable<Uint8Array | string>
  #stdinTaken = false

  constructor(stdin: AsyncIterable<Uint8Array | string>) {
    this.#stdin = stdin
  }

  /** `source`: a path, or `-` for standard input, which can be read once. */
  async *chunks(source: string): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    try {
      for await (const chunk of this.#open(source)) {
        yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      }
      const rest = decoder.decode()
      if (rest !== '') yield rest
    } catch (error) {
      if (error instanceof Unusable) throw error
      const { code = '', message } = error as NodeJS.ErrnoException
      throw new Unusable(`scopedown: cannot read ${nameOf(source)}: ${reasons[code] ?? message}`)
    }
  }

  async text(source: string): Promise<string> {
    const parts: string[] = []
    let length = 0
    for await (const part of this.chunks(source)) {
      parts.push(part)
      length += part.length
      if (length > maxCharacters) {
        throw new Unusable(`scopedown: cannot read ${nameOf(source)}: it has more than ${maxCharacters} characters`)
      }
    }
    return parts.join('')
  }

  #open(source: string): AsyncIterable<Uint8Array | string> {
    if (source !== '-') return createReadStream(source)
    if (this.#stdinTaken) throw new Unusable('scopedown: standard input can be read once, but `-` is given twice')
    this.#stdinTaken = true
    return this.#stdin
  }
}

/** How a message calls a source. */
export const nameOf = (source: string): string => (source === '-' ? 'standard input' : printable(source))
