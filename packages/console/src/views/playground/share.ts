/** The playground in an address: JSON, deflated, in the part of the URL that no server is sent. */

import { type Playground, readPlayground } from './state.ts'

/** A link that unpacks to more is no playground. */
const largest = 1024 * 1024

export async function encode(state: Playground): Promise<string> {
  const packed = new Blob([JSON.stringify(state)]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer())
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export async function decode(text: string): Promise<Playground | undefined> {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    return readPlayground(JSON.parse(await bounded(unpacked)))
  } catch {
    return undefined
  }
}

async function bounded(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    text += decoder.decode(value, { stream: true })
    if (text.length > largest) {
      await reader.cancel()
      throw new Error('too large')
    }
  }
}
