/**
 * The principal of one session: the user's role, assumed by the service, within the session policy made definite at login. Role
 * and boundary are read anew for each decision; policy, home and mappings stay as they were. User Guide, "Creating a session
 * policy"; STS API reference, AssumeRole.
 */

import { parsePolicy } from '@scopedown/engine'
import { requestId, ServiceFault } from '@scopedown/wire'
import type { Origin } from '../../kernel/call.ts'
import { type Caller, type SourcedPolicy, serviceCaller } from '../../kernel/caller.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { rememberText } from '../../kernel/policy-text.ts'
import type { Credentials } from '../../principals/credentials.ts'
import { type Home, homeOf, variableValues } from '../../services/transfer/home.ts'
import { blankRemark, definiteSessionPolicy, isBlank } from '../../services/transfer/session-policy.ts'
import type { FileDecision } from '../files/decisions.ts'
import { type Login, LoginRefused, type SftpServerFacts } from './login.ts'

/** Before it ends, the role is assumed again: the trust policy is asked again too. */
const renewBefore = 60_000
const longestSessionName = 64

export interface PrincipalOptions {
  readonly kernel: Kernel
  readonly credentials: Credentials
  readonly server: SftpServerFacts
  readonly partition: string
  readonly origin: Origin
  /** Sixteen hexadecimal digits. */
  readonly sessionId: string
}

export class SessionPrincipal {
  readonly home: Home
  readonly #options: PrincipalOptions
  readonly #login: Login
  readonly #within: readonly SourcedPolicy[]
  /** Of the last time that the role was assumed. */
  #decision: FileDecision = { outcome: 'denied', by: 'nobody' }
  #accessKeyId = ''
  #expiresAt = 0
  #renewing: Promise<void> | undefined
  /** The caller as read, and the same within the session policies. */
  #narrowed: { readonly from: Caller; readonly callers: readonly Caller[] } | undefined

  constructor(login: Login, options: PrincipalOptions) {
    this.#login = login
    this.#options = options
    this.home = homeOf(login.settings, login.userName)
    this.#within = this.#sessionPolicies()
  }

  get roleArn(): string {
    return this.#login.settings.Role
  }

  get decision(): FileDecision {
    return this.#decision
  }

  /** Whether nothing but the role limits the session. */
  get isUnrestricted(): boolean {
    return this.#within.length === 0
  }

  #sessionPolicies(): SourcedPolicy[] {
    const { settings, alsoWithin, userName } = this.#login
    const values = variableValues(this.home, userName)
    const texts = [settings.Policy, ...alsoWithin].filter((text): text is string => !isBlank(text))
    return texts.map((text, index) => {
      const definite = definiteSessionPolicy(text, values)
      if (!definite.ok) throw new LoginRefused(definite.message)
      const uri = `${this.#userArn()}#session-policy${index === 0 ? '' : index + 1}`
      const parsed = parsePolicy(definite.document, { kind: 'session', name: uri })
      if (!parsed.ok) throw new LoginRefused('the session policy is not valid once its variables are replaced')
      rememberText(parsed.policy, definite.document)
      return { policy: parsed.policy, uri, inline: true, attachedTo: this.#userArn() }
    })
  }

  #userArn(): string {
    const { server, partition } = this.#options
    return `arn:${partition}:transfer:${server.region}:${server.account}:user/${server.id}/${this.#login.userName}`
  }

  /** Throws `LoginRefused` where the role's trust policy does not let the service in. */
  async assume(): Promise<void> {
    const { kernel, server, origin, sessionId, partition } = this.#options
    const service = serviceCaller('transfer.amazonaws.com', server.account, partition)
    const caller = { ...service, context: { ...service.context, 'aws:SourceArn': this.#userArn() } }
    const name = `${this.#login.userName}.${sessionId}@${server.id}`.slice(0, longestSessionName)
    const input = { RoleArn: this.roleArn, RoleSessionName: name, DurationSeconds: 3600 }
    const remark = server.domain === 'S3' ? blankRemark(this.#login.settings.Policy) : undefined
    const id = requestId()
    const asked = { action: 'sts:AssumeRole', resource: this.roleArn, 'request-id': id }
    try {
      const output = (await kernel.call('sts', 'AssumeRole', {
        requestId: id,
        input,
        caller,
        origin,
        region: server.region,
        remark,
      })) as {
        Credentials: { AccessKeyId: string; Expiration: Date }
      }
      this.#decision = { outcome: 'allowed', ...asked }
      this.#accessKeyId = output.Credentials.AccessKeyId
      this.#expiresAt = output.Credentials.Expiration.getTime()
    } catch (error) {
      if (error instanceof ServiceFault) {
        throw new LoginRefused(`the role cannot be assumed: ${error.message}`, { outcome: 'denied', ...asked })
      }
      throw error
    }
  }

  /**
   * The callers of this moment: what is done, all of them must be allowed. Several session policies of one caller would add up
   * instead. Throws `LoginRefused` where the role is gone or no longer trusts the service.
   */
  callers = async (): Promise<readonly Caller[]> => {
    if (this.#expiresAt - renewBefore <= this.#options.kernel.clock()) {
      this.#renewing ??= this.assume().finally(() => {
        this.#renewing = undefined
      })
      await this.#renewing
    }
    const found = await this.#options.credentials.find(this.#accessKeyId)
    if (found === undefined) throw new LoginRefused('the role is gone')
    if (this.#narrowed?.from !== found.caller) {
      this.#narrowed = { from: found.caller, callers: this.#narrow(found.caller) }
    }
    return this.#narrowed.callers
  }

  #narrow(caller: Caller): readonly Caller[] {
    if (this.#within.length === 0) return [caller]
    return this.#within.map((policy) => ({ ...caller, policies: { ...caller.policies, session: [policy] } }))
  }
}
