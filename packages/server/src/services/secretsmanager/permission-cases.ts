/** Secrets Manager for the registry test. Service Authorization Reference, "AWS Secrets Manager". */

import type { PermissionCase, ServiceCases, World } from '../../testing/permission-case.ts'

const arns = new Map<string, string>()

async function secret(world: World, unique: string): Promise<{ SecretId: string }> {
  const made = await world.make('secretsmanager', 'CreateSecret', { Name: unique, SecretString: 'value' })
  arns.set(unique, String(made.ARN))
  return { SecretId: unique }
}

/** A case of an operation on one secret. */
const onSecret = (operation: string, more: object = {}): PermissionCase => ({
  operation,
  input: async (world, unique) => ({ ...(await secret(world, unique)), ...more }),
  needs: (_, unique) => [{ action: `secretsmanager:${operation}`, resource: arns.get(unique) ?? 'arn' }],
})

export const secretsManagerCases: ServiceCases = {
  cases: [
    {
      operation: 'CreateSecret',
      input: (_, unique) => ({ Name: unique, SecretString: 'value' }),
      needs: () => [{ action: 'secretsmanager:CreateSecret', resource: '*' }],
    },
    {
      operation: 'CreateSecret',
      about: 'with tags',
      input: (_, unique) => ({ Name: unique, Tags: [{ Key: 'team', Value: 'red' }] }),
      needs: () => ['CreateSecret', 'TagResource'].map((name) => ({ action: `secretsmanager:${name}`, resource: '*' })),
    },
    onSecret('PutSecretValue', { SecretString: 'next' }),
    onSecret('GetSecretValue'),
    onSecret('DescribeSecret'),
    onSecret('UpdateSecret', { SecretString: 'next' }),
    onSecret('DeleteSecret'),
    {
      operation: 'ListSecrets',
      input: () => ({}),
      needs: () => [{ action: 'secretsmanager:ListSecrets', resource: '*' }],
    },
  ],
  exempt: {},
}
