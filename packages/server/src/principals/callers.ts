/** PIP: makes the `Caller` behind a credential. IAM User Guide, "IAM identities"; facts on temporary credentials from STS. */

import type { ContextValue } from '@scopedown/engine'
import type { Kysely, Selectable } from 'kysely'
import { type Caller, type CallerSession, callerContext, type SourcedPolicy } from '../kernel/caller.ts'
import { mergeTags, noTags } from '../kernel/tags.ts'
import { iamArn, stsArn } from './arns.ts'
import type { EntityPolicies } from './entity-policies.ts'
import type { IdentityTables, SessionFacts } from './tables.ts'

type User = Selectable<IdentityTables['iam_users']>
type Role = Selectable<IdentityTables['iam_roles']>
export type SessionRow = Selectable<IdentityTables['sts_sessions']>

/** A GetFederationToken session without a policy has no permissions of its own (iam-evaluation: "Session policies"). */
const allowsNothing = '{"Version":"2012-10-17","Statement":[]}'
const allowsAll = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

export class Callers {
  readonly #db: Kysely<IdentityTables>
  readonly #policies: EntityPolicies
  readonly #partition: string

  constructor(db: Kysely<IdentityTables>, policies: EntityPolicies, partition: string) {
    this.#db = db
    this.#policies = policies
    this.#partition = partition
  }

  root(account: string, accessKeyId: string | undefined): Caller {
    const arn = iamArn({ partition: this.#partition, account }).root()
    return this.#complete({
      principal: { kind: 'root', arn, partition: this.#partition, account },
      arn,
      userId: account,
      account,
      accessKeyId,
      tags: noTags,
      policies: { identity: [], boundary: undefined, session: undefined },
    })
  }

  /** Undefined: the user is gone. */
  async user(id: string, accessKeyId: string | undefined, session?: CallerSession): Promise<Caller | undefined> {
    const user = await this.#db.selectFrom('iam_users').selectAll().where('id', '=', id).executeTakeFirst()
    if (user === undefined) return undefined
    const arn = this.#arns(user.account_id).user(user.path, user.name)
    return this.#complete({
      principal: { kind: 'user', arn, partition: this.#partition, account: user.account_id, name: user.name, id },
      arn,
      userId: id,
      account: user.account_id,
      accessKeyId,
      tags: await this.#policies.tags(id),
      session,
      policies: {
        identity: await this.#userPolicies(user),
        boundary: await this.#boundary(user.boundary_arn, arn),
        session: undefined,
      },
    })
  }

  /** Undefined: the role or user behind the session is gone. */
  async session(row: SessionRow): Promise<Caller | undefined> {
    const facts = JSON.parse(row.facts) as SessionFacts
    const session: CallerSession = {
      kind: row.kind,
      name: facts.name,
      issuedAt: row.issued_at,
      expiresAt: row.expires_at,
      transitiveTagKeys: facts.transitiveTagKeys,
      sessionTags: new Map(facts.tags),
    }
    if (row.kind === 'assumedRole') return this.#roleSession(row, facts, session)
    if (row.kind === 'federatedUser') return this.#federated(row, facts, session)
    if (row.entity_id !== null) return this.user(row.entity_id, row.access_key_id, session)
    const root = this.root(row.account_id, row.access_key_id)
    return this.#complete({ ...root, session })
  }

  async #roleSession(row: SessionRow, facts: SessionFacts, session: CallerSession): Promise<Caller | undefined> {
    const role = await this.#db
      .selectFrom('iam_roles')
      .selectAll()
      .where('id', '=', row.entity_id ?? '')
      .executeTakeFirst()
    if (role === undefined) return undefined
    const account = role.account_id
    const roleArn = this.#arns(account).role(role.path, role.name)
    // Glue Developer Guide, "Restricting access by the credential issuing service".
    const issuer = facts.invokedBy === 'glue.amazonaws.com' ? { 'glue:CredentialIssuingService': facts.invokedBy } : {}
    const arn = stsArn({ partition: this.#partition, account }).assumedRole(role.name, facts.name)
    return this.#complete({
      principal: { kind: 'session', arn, partition: this.#partition, account, roleArn, roleId: role.id },
      arn,
      userId: `${role.id}:${facts.name}`,
      account,
      accessKeyId: row.access_key_id,
      tags: mergeTags(await this.#policies.tags(role.id), session.sessionTags),
      sourceIdentity: facts.sourceIdentity,
      session,
      policies: {
        identity: await this.#policies.identity(new Map([[role.id, roleArn]])),
        boundary: await this.#boundary(role.boundary_arn, roleArn),
        session: await this.#sessionPolicies(facts, arn),
      },
      extra: issuer,
    })
  }

  async #federated(row: SessionRow, facts: SessionFacts, session: CallerSession): Promise<Caller | undefined> {
    const account = row.account_id
    const arn = stsArn({ partition: this.#partition, account }).federatedUser(facts.name)
    const base = row.entity_id === null ? this.root(account, undefined) : await this.user(row.entity_id, undefined)
    if (base === undefined) return undefined
    const everything = this.#policies.inline(allowsAll, 'identity', base.arn, 'root')
    const closed = this.#policies.inline(allowsNothing, 'session', arn, 'no session policy')
    return this.#complete({
      principal: {
        kind: 'federatedUser',
        arn,
        partition: this.#partition,
        account,
        name: facts.name,
        userArn: base.arn,
      },
      arn,
      userId: `${account}:${facts.name}`,
      account,
      accessKeyId: row.access_key_id,
      tags: mergeTags(base.tags, session.sessionTags),
      session,
      policies: {
        identity: row.entity_id === null ? [everything] : base.policies.identity,
        boundary: base.policies.boundary,
        session: (await this.#sessionPolicies(facts, arn)) ?? [closed],
      },
    })
  }

  async #sessionPolicies(facts: SessionFacts, arn: string): Promise<SourcedPolicy[] | undefined> {
    if (facts.policy === undefined && (facts.policyArns ?? []).length === 0) return undefined
    const inline =
      facts.policy === undefined ? [] : [this.#policies.inline(facts.policy, 'session', arn, 'session policy')]
    const managed = (facts.policyArns ?? []).map((policy) => this.#policies.managed(policy, 'session', arn))
    return [...inline, ...(await Promise.all(managed))]
  }

  async #userPolicies(user: User): Promise<SourcedPolicy[]> {
    const groups = await this.#db
      .selectFrom('iam_memberships')
      .innerJoin('iam_groups', 'iam_groups.id', 'iam_memberships.group_id')
      .select(['iam_groups.id', 'iam_groups.path', 'iam_groups.name'])
      .where('iam_memberships.user_id', '=', user.id)
      .orderBy('iam_groups.name_key')
      .execute()
    const arns = this.#arns(user.account_id)
    const owners = new Map([[user.id, arns.user(user.path, user.name)]])
    for (const group of groups) owners.set(group.id, arns.group(group.path, group.name))
    return this.#policies.identity(owners)
  }

  async #boundary(policyArn: Role['boundary_arn'], owner: string): Promise<SourcedPolicy | undefined> {
    return policyArn === null ? undefined : this.#policies.managed(policyArn, 'boundary', owner)
  }

  #arns(account: string) {
    return iamArn({ partition: this.#partition, account })
  }

  #complete(
    caller: Omit<Caller, 'context' | 'partition' | 'sourceIdentity' | 'session'> & {
      sourceIdentity?: string | undefined
      session?: CallerSession | undefined
      /** Condition keys beyond those that every caller of its kind has. */
      extra?: Readonly<Record<string, ContextValue>>
    },
  ): Caller {
    const { extra, ...known } = caller
    const full = {
      ...known,
      partition: this.#partition,
      sourceIdentity: caller.sourceIdentity,
      session: caller.session,
    }
    return { ...full, context: { ...callerContext(full), ...extra } }
  }
}
