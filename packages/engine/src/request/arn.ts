/** Amazon Resource Names: six parts, the last of which may hold colons. AWS General Reference, "Amazon Resource Names". */

export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  /** Everything after the fifth colon. */
  readonly resource: string
}

/** Undefined for anything that is no ARN of six parts. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined
  const partition = text.indexOf(':') + 1
  const service = text.indexOf(':', partition) + 1
  const region = service === 0 ? 0 : text.indexOf(':', service) + 1
  const account = region === 0 ? 0 : text.indexOf(':', region) + 1
  const resource = account === 0 ? 0 : text.indexOf(':', account) + 1
  if (resource === 0) return undefined
  return {
    partition: text.slice(partition, service - 1),
    service: text.slice(service, region - 1),
    region: text.slice(region, account - 1),
    account: text.slice(account, resource - 1),
    resource: text.slice(resource),
  }
}

/** The six parts as text, undefined where there are fewer; also splits patterns. */
export function splitArn(text: string): string[] | undefined {
  const parts: string[] = []
  let from = 0
  for (let part = 0; part < 5; part += 1) {
    const colon = text.indexOf(':', from)
    if (colon === -1) return undefined
    parts.push(text.slice(from, colon))
    from = colon + 1
  }
  parts.push(text.slice(from))
  return parts
}
