/** An AWS client like any other: signed calls to the server that this page came from, over its three protocols. */

import { AwsFault } from './fault.ts'
import { canonicalQuery, type Signer } from './signer.ts'
import { childOf, textOf } from './xml.ts'

/** IAM and STS sign for this region whatever the server's is. */
const globalRegion = 'us-east-1'

export class Client {
  readonly #signer: Signer
  readonly region: string

  constructor(signer: Signer, region: string = globalRegion) {
    this.#signer = signer
    this.region = region
  }

  get accessKeyId(): string {
    return this.#signer.accessKeyId
  }

  inRegion(region: string): Client {
    return new Client(this.#signer, region)
  }

  /** awsJson 1.1: `target` is `AWSGlue.GetTables`. */
  async json<Output>(service: string, target: string, input: object, signal?: AbortSignal): Promise<Output> {
    const body = JSON.stringify(input)
    const headers = await this.#signed(service, this.region, 'POST', '/', [], body, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
    })
    const response = await fetch('/', { method: 'POST', headers, body, ...init(signal) })
    const answer: unknown = await response.json().catch(() => ({}))
    if (response.ok) return answer as Output
    const fault = answer as { __type?: string; message?: string; Message?: string }
    const code = (fault.__type ?? `HTTP ${response.status}`).replace(/^.*#/, '')
    throw new AwsFault(code, fault.Message ?? fault.message ?? response.statusText, response.status)
  }

  /** awsQuery: the `…Result` element of the answer. */
  async query(
    service: 'iam' | 'sts',
    action: string,
    parameters: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Element> {
    const version = service === 'iam' ? '2010-05-08' : '2011-06-15'
    const form = Object.entries({ Action: action, Version: version, ...parameters }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    const body = canonicalQuery(form)
    const headers = await this.#signed(service, globalRegion, 'POST', '/', [], body, {
      'content-type': 'application/x-www-form-urlencoded',
    })
    const { status, root } = await xmlRequest('POST', '/', headers, body)
    if (status === 200 && root !== undefined) return childOf(root, `${action}Result`) ?? root
    const error = childOf(root, 'Error')
    throw new AwsFault(textOf(error, 'Code') ?? `HTTP ${status}`, textOf(error, 'Message') ?? '', status)
  }

  /** S3, reading: the root element of the answer. */
  async s3(path: string, parameters: readonly (readonly [string, string])[] = []): Promise<Element> {
    const headers = await this.#signed('s3', this.region, 'GET', path, parameters, '', {})
    const query = canonicalQuery(parameters)
    const { status, root, text } = await xmlRequest('GET', query === '' ? path : `${path}?${query}`, headers)
    if (status === 200 && root !== undefined) return root
    throw new AwsFault(textOf(root, 'Code') ?? `HTTP ${status}`, textOf(root, 'Message') ?? text, status)
  }

  /** S3, reading what is no XML: a bucket's policy. */
  async s3Text(path: string, parameters: readonly (readonly [string, string])[]): Promise<string> {
    const headers = await this.#signed('s3', this.region, 'GET', path, parameters, '', {})
    const response = await fetch(`${path}?${canonicalQuery(parameters)}`, { headers, ...init(undefined) })
    const text = await response.text()
    if (response.ok) return text
    const code = /<Code>([^<]*)</.exec(text)?.[1]
    throw new AwsFault(code ?? `HTTP ${response.status}`, /<Message>([^<]*)</.exec(text)?.[1] ?? '', response.status)
  }

  #signed(
    service: string,
    region: string,
    method: string,
    path: string,
    query: readonly (readonly [string, string])[],
    body: string,
    headers: Record<string, string>,
  ): Promise<Record<string, string>> {
    const now = new Date()
    return this.#signer.sign({ method, path, query, headers, body, service, region, now }, location.host)
  }
}

/** No cookie, no cache, no way out of this server. */
function init(signal: AbortSignal | undefined): RequestInit {
  return {
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
    ...(signal === undefined ? {} : { signal }),
  }
}

/** The browser's own reader of XML answers: unlike DOMParser it is no place where text could turn into markup. */
function xmlRequest(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<{ status: number; root: Element | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, url)
    request.responseType = 'document'
    request.overrideMimeType('text/xml')
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.onload = () => {
      const root = request.responseXML?.documentElement
      const readable = root !== undefined && root !== null && root.localName !== 'parsererror'
      resolve({ status: request.status, root: readable ? root : undefined, text: request.statusText })
    }
    request.onerror = () => reject(new Error('The server cannot be reached.'))
    request.send(body)
  })
}
