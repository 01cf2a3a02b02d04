/** Principals of the account with every policy that decides for them. IAM API, GetAccountAuthorizationDetails. */

import type { Client } from './client.ts'
import { childOf, membersOf, tagsOf, textOf } from './xml.ts'

export interface PolicySource {
  /** ARN of a managed policy, `OWNER#NAME` of an inline one, as the server calls them in explanations. */
  readonly name: string
  readonly text: string
}

export interface AccountPrincipal {
  readonly kind: 'user' | 'role'
  readonly name: string
  readonly arn: string
  readonly id: string
  readonly tags: Readonly<Record<string, string>>
  readonly identity: readonly PolicySource[]
  readonly boundary: PolicySource | undefined
  /** Of one session of it; nothing that IAM tells. */
  readonly session?: readonly PolicySource[]
}

interface Details {
  readonly users: Element[]
  readonly groups: Element[]
  readonly roles: Element[]
  readonly policies: Element[]
}

const nothing = '{"Version":"2012-10-17","Statement":[]}'

export async function accountPrincipals(client: Client): Promise<AccountPrincipal[]> {
  const details = await accountDetails(client)
  const managed = new Map(details.policies.map((policy) => [textOf(policy, 'Arn') ?? '', documentInForce(policy)]))
  const source = (arn: string): PolicySource => ({ name: arn, text: managed.get(arn) ?? nothing })
  const carried = (owner: Element, inlineList: string): PolicySource[] => [
    ...membersOf(owner, inlineList).map((policy) => ({
      name: `${textOf(owner, 'Arn')}#${textOf(policy, 'PolicyName')}`,
      text: decodeURIComponent(textOf(policy, 'PolicyDocument') ?? ''),
    })),
    ...membersOf(owner, 'AttachedManagedPolicies').map((policy) => source(textOf(policy, 'PolicyArn') ?? '')),
  ]
  const groups = new Map(
    details.groups.map((group) => [textOf(group, 'GroupName') ?? '', carried(group, 'GroupPolicyList')]),
  )
  const principal = (kind: 'user' | 'role', element: Element, identity: PolicySource[]): AccountPrincipal => {
    const boundary = textOf(childOf(element, 'PermissionsBoundary'), 'PermissionsBoundaryArn')
    return {
      kind,
      name: textOf(element, kind === 'user' ? 'UserName' : 'RoleName') ?? '',
      arn: textOf(element, 'Arn') ?? '',
      id: textOf(element, kind === 'user' ? 'UserId' : 'RoleId') ?? '',
      tags: tagsOf(element),
      identity,
      boundary: boundary === undefined ? undefined : source(boundary),
    }
  }
  return [
    ...details.users.map((user) => {
      const member = membersOf(user, 'GroupList').flatMap((group) => groups.get(group.textContent ?? '') ?? [])
      return principal('user', user, [...carried(user, 'UserPolicyList'), ...member])
    }),
    ...details.roles.map((role) => principal('role', role, carried(role, 'RolePolicyList'))),
  ]
}

async function accountDetails(client: Client): Promise<Details> {
  const all: Details = { users: [], groups: [], roles: [], policies: [] }
  let marker: string | undefined
  do {
    const page = await client.query('iam', 'GetAccountAuthorizationDetails', { MaxItems: '1000', Marker: marker })
    all.users.push(...membersOf(page, 'UserDetailList'))
    all.groups.push(...membersOf(page, 'GroupDetailList'))
    all.roles.push(...membersOf(page, 'RoleDetailList'))
    all.policies.push(...membersOf(page, 'Policies'))
    marker = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'Marker') : undefined
  } while (marker !== undefined)
  return all
}

function documentInForce(policy: Element): string {
  const versions = membersOf(policy, 'PolicyVersionList')
  const version = versions.find((one) => textOf(one, 'IsDefaultVersion') === 'true')
  return decodeURIComponent(textOf(version, 'Document') ?? encodeURIComponent(nothing))
}
