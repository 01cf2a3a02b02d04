/** An identity provider outside of Transfer Family, asked once per credential. User Guide, "Working with custom identity providers". */

export interface ProviderQuestion {
  readonly userName: string
  /** Empty: a key is asked about. */
  readonly password: string
  readonly protocol: string
  readonly serverId: string
  readonly sourceIp: string
}

export interface ProviderAnswer {
  readonly statusCode: number
  /** JSON text; not yet looked at. */
  readonly body: string
  /** Of the provider; empty where it has none. */
  readonly url: string
}

/** Rejects with `ProviderFailure` where it could not be asked or failed. */
export type IdentityProvider = (question: ProviderQuestion) => Promise<ProviderAnswer>

/** The provider's fault, not the user's; the message is for the log. */
export class ProviderFailure extends Error {
  readonly statusCode: number
  readonly url: string

  constructor(message: string, statusCode = 500, url = '') {
    super(message)
    this.statusCode = statusCode
    this.url = url
  }
}

/** Within this the provider must have answered; a longer answer than this is none. */
export const providerMilliseconds = 10_000
export const longestAnswer = 4 * 1024 * 1024

/** Text of a response, within the bounds. */
export async function boundedText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > longestAnswer) throw new ProviderFailure('the answer of the identity provider is too long', 500, url)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
