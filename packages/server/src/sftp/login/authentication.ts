/**
 * The state of one connection's authentication: attempts counted, failures slowed and all alike, two factors in their order. The
 * key's signature is verified here, since the SSH library does not. RFC 4252; User Guide, "SftpAuthenticationMethods".
 */

import { readPublicKey } from '../../services/transfer/ssh-key.ts'
import type { FailureDelays } from '../transport/failure-delays.ts'
import type { Attempt, PublicKeyOffer, Verdict } from '../transport/listener.ts'
import { type Authority, isUserName, type Login, LoginRefused } from './login.ts'

export interface AuthenticationOptions {
  readonly authority: Authority
  readonly delays: FailureDelays
  readonly ip: string
  readonly attempts: number
  /** RSA signatures with SHA-1, where the server's security policy lists them. */
  readonly allowRsaSha1: boolean
  /** Takes up the role; throws `LoginRefused`. */
  readonly accept: (login: Login, key: string | undefined) => Promise<void>
  readonly failed: (userName: string, method: string, reason: LoginRefused) => void
  /** Too many attempts: the connection ends. */
  readonly giveUp: () => void
}

/** Every failure takes at least so long, whatever it failed by. */
const leastMilliseconds = 40

export class Authentication {
  readonly #options: AuthenticationOptions
  #failures = 0
  #done = false
  /** Of the user who offered a key: asked once per connection. */
  #known: { readonly userName: string; readonly answer: ReturnType<Authority['byKey']> } | undefined
  /** A first factor that was right. */
  #first: { readonly userName: string; readonly login: Login; readonly identity: string } | undefined

  constructor(options: AuthenticationOptions) {
    this.#options = options
  }

  async authenticate(attempt: Attempt): Promise<Verdict> {
    const { authority, delays, ip } = this.#options
    // A connection authenticates once.
    if (this.#done) return this.#refusal()
    if (attempt.method === 'none') return this.#refusal()
    const began = Date.now()
    const keys = [`ip:${ip}`, `user:${attempt.userName}`]
    await wait(delays.of(...keys))
    try {
      if (!isUserName(attempt.userName)) throw new LoginRefused('no user can have that name')
      if (this.#first !== undefined && this.#first.userName !== attempt.userName) {
        this.#first = undefined
        throw new LoginRefused('the user name changed between the factors')
      }
      const verdict = await this.#attempt(attempt, authority)
      if (verdict.kind === 'accepted') {
        this.#done = true
        delays.forget(...keys)
      }
      return verdict
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error
      this.#failures += 1
      delays.record(...keys)
      this.#options.failed(attempt.userName, attempt.method, error)
      await wait(leastMilliseconds - (Date.now() - began))
      if (this.#failures >= this.#options.attempts) this.#options.giveUp()
      return this.#refusal()
    }
  }

  #refusal(): Verdict {
    const { methods, both } = this.#options.authority
    if (!both) return { kind: 'refused', methods }
    return { kind: 'refused', methods: this.#first === undefined ? ['publickey'] : ['password'] }
  }

  async #attempt(attempt: Attempt, authority: Authority): Promise<Verdict> {
    if (attempt.method === 'publickey' && authority.methods.includes('publickey')) return this.#byKey(attempt)
    if (attempt.method === 'password' && authority.methods.includes('password')) {
      return this.#byPassword(attempt.userName, attempt.password)
    }
    throw new LoginRefused(`the method ${attempt.method} is not offered`)
  }

  async #byKey(offer: PublicKeyOffer): Promise<Verdict> {
    const { authority, ip, allowRsaSha1 } = this.#options
    const { userName, identity, signed } = offer
    if (this.#known?.userName !== userName) this.#known = { userName, answer: authority.byKey(userName, ip) }
    const { login, identities } = await this.#known.answer
    if (!identities.includes(identity)) throw new LoginRefused('the key is not one of the user')
    const key = readPublicKey(identity)
    if (key === undefined) throw new LoginRefused('the key cannot be read')
    if (signed === undefined) return { kind: 'keyWouldDo' }
    // The library tells no hash where the signature was made with SHA-1.
    if (key.type === 'ssh-rsa' && signed.hash === undefined && !allowRsaSha1) {
      throw new LoginRefused('RSA signatures with SHA-1 are not accepted')
    }
    if (!key.verify(signed.data, signed.signature, signed.hash)) throw new LoginRefused('the signature is wrong')
    if (authority.both) {
      this.#first = { userName, login, identity }
      return { kind: 'next', methods: ['password'] }
    }
    await this.#options.accept(login, identity)
    return { kind: 'accepted' }
  }

  async #byPassword(userName: string, password: string): Promise<Verdict> {
    const { authority, ip } = this.#options
    if (authority.both && this.#first === undefined) throw new LoginRefused('the key comes first')
    // To a provider an empty password means that a key is asked about.
    if (password === '') throw new LoginRefused('the password is empty')
    const login = await authority.byPassword(userName, password, ip)
    const first = this.#first
    await this.#options.accept(first === undefined ? login : joined(first.login, login), first?.identity)
    return { kind: 'accepted' }
  }
}

/** Both answers limit the session; where they do not agree about who the user is, there is none. */
function joined(first: Login, second: Login): Login {
  const { Policy: _, ...facts } = first.settings
  const { Policy: policy, ...otherFacts } = second.settings
  if (JSON.stringify(facts) !== JSON.stringify(otherFacts)) {
    throw new LoginRefused('the answers to key and password differ in role or home')
  }
  return { ...first, alsoWithin: [...first.alsoWithin, ...second.alsoWithin, policy ?? ''] }
}

async function wait(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
}
