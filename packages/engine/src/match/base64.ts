/** Values of `BinaryEquals`: RFC 4648 base64 with padding. Two texts are equal when their bytes are. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** The length is looked at apart: a repeated group would exhaust the regular expression's stack on a long text. */
const form = /^[A-Za-z0-9+/]*={0,2}$/

/** The bytes, one character each, so that `===` compares them. Undefined where the text is no base64. */
export function parseBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !form.test(text)) return undefined
  let bytes = ''
  let bits = 0
  let held = 0
  for (const letter of text) {
    if (letter === '=') break
    bits = ((bits << 6) | alphabet.indexOf(letter)) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    bytes += String.fromCharCode((bits >> held) & 0xff)
  }
  return bytes
}
