/**
 * Does a text begin with a prefix? As V8 is quickest at it: one character tells most of the texts that do not, and `===`
 * on a slice takes half the time of `startsWith` for those that do (npm run bench, docs/performance.md).
 */
export function hasPrefix(text: string, prefix: string): boolean {
  const { length } = prefix
  if (length === 0) return true
  return text.charCodeAt(length - 1) === prefix.charCodeAt(length - 1) && text.slice(0, length) === prefix
}
