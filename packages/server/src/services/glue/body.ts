/** Inputs kept as JSON: dates and bytes survive, which JSON has no word for. */

/** Objects of these forms come from no request: a map of Glue's model holds strings only. */
const dateMark = '$date'
const bytesMark = '$bytes'

export function writeBody(value: object): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
    // `this[key]`: a Date has turned itself into text before the replacer sees it.
    const raw = this[key]
    if (raw instanceof Date) return { [dateMark]: raw.getTime() }
    if (raw instanceof Uint8Array) return { [bytesMark]: [Buffer.from(raw).toString('base64')] }
    return item
  })
}

export function readBody<T extends object>(text: string): T {
  if (!text.includes(`"${dateMark}"`) && !text.includes(`"${bytesMark}"`)) return JSON.parse(text) as T
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null) return item
    const { [dateMark]: date, [bytesMark]: bytes } = item as { [dateMark]?: unknown; [bytesMark]?: unknown }
    if (typeof date === 'number') return new Date(date)
    if (Array.isArray(bytes)) return new Uint8Array(Buffer.from(String(bytes[0]), 'base64'))
    return item
  }) as T
}
