/** What the server said went wrong, in its own words, and the id by which a denial can be explained. */

export class AwsFault extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status: number) {
    super(message)
    this.name = 'AwsFault'
    this.code = code
    this.status = status
  }

  /** IAM User Guide, troubleshoot_access-denied-authorization-id: the message ends with it. */
  get authorizationId(): string | undefined {
    return authorizationIdIn(this.message)
  }
}

export function authorizationIdIn(message: string): string | undefined {
  return /with the following authorization id: ([0-9a-z]+)/.exec(message)?.[1]
}

/** The sentence without the advice where to look it up, which the page itself gives. */
export function sentenceOf(message: string): string {
  const at = message.search(/\. Go to \S+ for complete details, or call the /)
  return at === -1 ? message : message.slice(0, at)
}
