/**
 * Signature Version 4 in the browser. IAM User Guide, "Create a signed AWS API request". The secret becomes a WebCrypto key
 * that no script can read back; from then on nothing on the page holds it as text.
 */

export interface Unsigned {
  readonly method: string
  /** As it will be sent, encoded. */
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly service: string
  readonly region: string
  readonly now: Date
}

const algorithm = 'AWS4-HMAC-SHA256'
const utf8 = new TextEncoder()
const hmac = { name: 'HMAC', hash: 'SHA-256' } as const

export class Signer {
  readonly accessKeyId: string
  readonly #secret: CryptoKey
  readonly #sessionToken: string | undefined
  readonly #keys = new Map<string, Promise<CryptoKey>>()

  private constructor(accessKeyId: string, secret: CryptoKey, sessionToken: string | undefined) {
    this.accessKeyId = accessKeyId
    this.#secret = secret
    this.#sessionToken = sessionToken
  }

  static async of(accessKeyId: string, secretAccessKey: string, sessionToken?: string): Promise<Signer> {
    if (globalThis.crypto?.subtle === undefined) {
      throw new Error('This browser signs requests only on pages that came by https or from 127.0.0.1 or localhost.')
    }
    return new Signer(accessKeyId, await importKey(utf8.encode(`AWS4${secretAccessKey}`)), sessionToken)
  }

  /** The headers to send besides `host`, which the browser adds. */
  async sign(request: Unsigned, host: string): Promise<Record<string, string>> {
    const time = request.now.toISOString().replace(/[-:]|\.\d{3}/g, '')
    const scope = `${time.slice(0, 8)}/${request.region}/${request.service}/aws4_request`
    const digest = await sha256(request.body)
    const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time, 'x-amz-content-sha256': digest }
    if (this.#sessionToken !== undefined) headers['x-amz-security-token'] = this.#sessionToken
    const all = Object.entries({ ...headers, host }).sort(([a], [b]) => (a < b ? -1 : 1))
    const names = all.map(([name]) => name).join(';')
    const canonical = [
      request.method,
      request.path,
      canonicalQuery(request.query),
      ...all.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}`),
      '',
      names,
      digest,
    ].join('\n')
    const key = await this.#signingKey(time.slice(0, 8), request.region, request.service)
    const signature = hex(await mac(key, `${algorithm}\n${time}\n${scope}\n${await sha256(canonical)}`))
    headers.authorization = `${algorithm} Credential=${this.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
    return headers
  }

  #signingKey(date: string, region: string, service: string): Promise<CryptoKey> {
    const name = `${date}/${region}/${service}`
    const known = this.#keys.get(name)
    if (known !== undefined) return known
    const derived = this.#derive([date, region, service, 'aws4_request'])
    this.#keys.set(name, derived)
    return derived
  }

  async #derive(parts: readonly string[]): Promise<CryptoKey> {
    let key = this.#secret
    for (const part of parts) key = await importKey(await mac(key, part))
    return key
  }
}

export function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

export function canonicalQuery(query: Unsigned['query']): string {
  return query
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
}

function importKey(bytes: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, hmac, false, ['sign'])
}

function mac(key: CryptoKey, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign('HMAC', key, utf8.encode(text))
}

async function sha256(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', utf8.encode(text)))
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
