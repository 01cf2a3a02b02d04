/** Values of `IpAddress`: IPv4 and IPv6 addresses (RFC 4291) and CIDR ranges (RFC 4632). The two families never match. */

/** 16-bit groups, most significant first: two for IPv4, eight for IPv6. */
export type Address = readonly number[]

export interface Network {
  readonly address: Address
  /** Bits. */
  readonly prefix: number
}

export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

/** A bare address is a network of one. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const bits = address.length * 16
  if (slash === -1) return { address, prefix: bits }
  const written = text.slice(slash + 1)
  if (!/^(?:0|[1-9]\d{0,2})$/.test(written) || Number(written) > bits) return undefined
  return { address, prefix: Number(written) }
}

/** Host bits of the network do not count. */
export function contains(network: Network, address: Address): boolean {
  if (network.address.length !== address.length) return false
  let bits = network.prefix
  for (let group = 0; bits > 0; group += 1, bits -= 16) {
    const mask = bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff
    if ((((network.address[group] ?? 0) ^ (address[group] ?? 0)) & mask) !== 0) return false
  }
  return true
}

function parseV4(text: string): Address | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (parts === null) return undefined
  const octets = parts.slice(1)
  if (octets.some((octet) => Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0')))) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number)
  return [a * 256 + b, c * 256 + d]
}

function parseV6(text: string): Address | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/** The last group may be an IPv4 address where `mayEndInV4`. */
function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const words = text.split(':')
  for (const [index, word] of words.entries()) {
    if (mayEndInV4 && index === words.length - 1 && word.includes('.')) {
      const v4 = parseV4(word)
      if (v4 === undefined) return undefined
      groups.push(...v4)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(word)) groups.push(Number.parseInt(word, 16))
    else return undefined
  }
  return groups
}
