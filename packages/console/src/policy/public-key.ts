/** Whether two lines in OpenSSH's form hold the same public key: type and key count, the comment does not. RFC 4253, 6.6. */

export function sameKey(one: string, other: string): boolean {
  const [first, second] = [partsOf(one), partsOf(other)]
  return first !== undefined && first === second
}

/** Undefined: it is no key. */
function partsOf(line: string): string | undefined {
  const [type, key] = line.trim().split(/\s+/)
  return type !== undefined && key !== undefined && /^[A-Za-z0-9+/]{16,}=*$/.test(key) ? `${type} ${key}` : undefined
}
