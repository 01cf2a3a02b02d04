import { expect, it } from 'vitest'
import { printable } from './render.ts'

it.each([
  ['a\u001b[31mb', 'a\\u001b[31mb'],
  ['a\r\nb\tc', 'a\\u000d\\u000ab\\u0009c'],
  ['\u007f\u0085\u009b', '\\u007f\\u0085\\u009b'],
  ['invoice\u202egpj.exe', 'invoice\\u202egpj.exe'],
  ['a\u2066b\u2069\u200bc\ufeff', 'a\\u2066b\\u2069\\u200bc\\ufeff'],
  ['a\u2028b', 'a\\u2028b'],
  ['half \ud800 and \udc00', 'half \\ud800 and \\udc00'],
  ['tag \u{E0041}', 'tag \\udb40\\udc41'],
  ['Zoë 表 \u{1F600}', 'Zoë 表 \u{1F600}'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
})
