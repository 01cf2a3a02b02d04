/** STS for the registry test. Service Authorization Reference, "AWS Security Token Service". */

import type { PermissionCase, ServiceCases, World } from '../../testing/permission-case.ts'

const roleArn = (world: World, name: string) => `arn:aws:iam::${world.account}:role/${name}`

/** Trusts the account, so that identity decides. */
async function role(world: World, name: string): Promise<string> {
  await world.make('iam', 'CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: world.account },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        },
      ],
    }),
  })
  return roleArn(world, name)
}

const cases: readonly PermissionCase[] = [
  {
    operation: 'AssumeRole',
    input: async (world, unique) => ({ RoleArn: await role(world, unique), RoleSessionName: 's1' }),
    needs: (world, unique) => [{ action: 'sts:AssumeRole', resource: roleArn(world, unique) }],
  },
  {
    operation: 'AssumeRole',
    about: 'with tags and a source identity',
    input: async (world, unique) => ({
      RoleArn: await role(world, unique),
      RoleSessionName: 's1',
      SourceIdentity: 'alice',
      Tags: [{ Key: 'k', Value: 'v' }],
    }),
    needs: (world, unique) =>
      ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'].map((action) => ({
        action,
        resource: roleArn(world, unique),
      })),
  },
  {
    operation: 'GetFederationToken',
    about: 'with tags',
    input: () => ({ Name: 'fred', Tags: [{ Key: 'k', Value: 'v' }] }),
    needs: ({ account }) =>
      ['sts:GetFederationToken', 'sts:TagSession'].map((action) => ({
        action,
        resource: `arn:aws:sts::${account}:federated-user/fred`,
      })),
  },
  {
    operation: 'GetAccessKeyInfo',
    input: () => ({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
    needs: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }],
    fault: 'ValidationError',
  },
  {
    operation: 'DecodeAuthorizationMessage',
    input: () => ({ EncodedMessage: 'abc' }),
    needs: () => [{ action: 'sts:DecodeAuthorizationMessage', resource: '*' }],
    fault: 'InvalidAuthorizationMessageException',
  },
]

export const stsCases: ServiceCases = {
  cases,
  exempt: {
    GetCallerIdentity: 'API reference: no permissions are required, and an explicit deny does not stop it',
    GetSessionToken: 'API reference: no permissions are required; policies cannot control authentication operations',
  },
}
