/**
 * The credentials of one session's runtime role, or of a job run's: taken up by the service through STS, so that the trust policy decides and
 * the audit log has it; renewed as they age; revoked when the session ends. Glue Developer Guide, "Interactive sessions with
 * IAM", "Setting up a runtime role".
 */

import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts'
import { serviceCaller } from '../../../kernel/caller.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import type { IdentityTables } from '../../../principals/tables.ts'
import type { ContainerCredentials } from '../../../runtimes/runtime.ts'
import type { Store } from '../../../store/store.ts'
import { glueService } from '../resources/role.ts'

export interface RuntimeRoleOptions {
  readonly kernel: Kernel
  readonly store: Store<IdentityTables>
  readonly account: string
  readonly roleArn: string
  readonly sessionName: string
  /** Passed as session tag where the trust policy also lets Glue tag. */
  readonly owner: string | undefined
  /** Narrows what the role may do: a job's `ExecutionRoleSessionPolicy`. */
  readonly sessionPolicy?: string | undefined
}

const lifetimeSeconds = 3600
/** SDKs renew some minutes before the end; what they are given must then be fresh. */
const renewBeforeMs = 15 * 60_000

export class RuntimeRole {
  readonly #options: RuntimeRoleOptions
  readonly #issued: string[] = []
  #current: { readonly credentials: ContainerCredentials; readonly expiresAt: number } | undefined
  #pending: Promise<ContainerCredentials> | undefined
  #revoked = false

  constructor(options: RuntimeRoleOptions) {
    this.#options = options
  }

  /** Rejects with the fault of STS where the trust policy does not let Glue in. */
  credentials(): Promise<ContainerCredentials> {
    const { kernel } = this.#options
    if (this.#revoked) return Promise.reject(new Error('the session has ended'))
    if (this.#current !== undefined && this.#current.expiresAt - kernel.clock() > renewBeforeMs) {
      return Promise.resolve(this.#current.credentials)
    }
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #renew(): Promise<ContainerCredentials> {
    const { owner, roleArn } = this.#options
    const tagged =
      owner === undefined ? undefined : await this.#assume([{ Key: 'owner', Value: owner }]).catch(() => undefined)
    const { Credentials } = tagged ?? (await this.#assume(undefined))
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration = new Date(0) } = Credentials ?? {}
    this.#issued.push(AccessKeyId)
    if (this.#revoked) await this.revoke()
    const credentials = {
      AccessKeyId,
      SecretAccessKey,
      Token: SessionToken,
      Expiration: Expiration.toISOString(),
      RoleArn: roleArn,
    }
    this.#current = { credentials, expiresAt: Expiration.getTime() }
    return credentials
  }

  async #assume(tags: { Key: string; Value: string }[] | undefined): Promise<AssumeRoleCommandOutput> {
    const { kernel, account, roleArn, sessionName, sessionPolicy } = this.#options
    const input = {
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: lifetimeSeconds,
      ...(tags === undefined ? {} : { Tags: tags }),
      ...(sessionPolicy === undefined ? {} : { Policy: sessionPolicy }),
    }
    const origin = { ip: undefined, userAgent: glueService, secure: true, invokedBy: glueService }
    const output = await kernel.call('sts', 'AssumeRole', {
      input,
      caller: serviceCaller(glueService, account),
      origin,
    })
    // The operation's own output type, put away by the pipeline.
    return output as AssumeRoleCommandOutput
  }

  /** What was issued stops working at once, on every server. */
  async revoke(): Promise<void> {
    this.#revoked = true
    const issued = this.#issued.splice(0)
    if (issued.length === 0) return
    const { store, account } = this.#options
    await store.write(account, (db) => db.deleteFrom('sts_sessions').where('access_key_id', 'in', issued).execute())
  }
}
