/** Transfer Family for the registry test. Service Authorization Reference, "AWS Transfer Family". */

import type { Need, PermissionCase, ServiceCases, World } from '../../testing/permission-case.ts'
import { newKeyPair } from './ssh-key.ts'

/** What the cases share in one world; made when the first case needs it. */
interface Made {
  serverId: string
  directoryServerId: string
  lambdaServerId: string
}

const made = new WeakMap<World, Made>()
const making = new WeakMap<World, Promise<Made>>()
/** Until it is made, when only the number of needs is asked. */
const nothing: Made = { serverId: 's-', directoryServerId: 's-', lambdaServerId: 's-' }
const of = (world: World): Made => made.get(world) ?? nothing

const role = ({ account }: World) => `arn:aws:iam::${account}:role/transfer`
const prefix = ({ account, region }: World) => `arn:aws:transfer:${region}:${account}:`

function shared(world: World): Promise<Made> {
  const known = making.get(world) ?? make(world)
  making.set(world, known)
  return known
}

async function make(world: World): Promise<Made> {
  const create = async (input: object) => String((await world.make('transfer', 'CreateServer', input)).ServerId)
  const result = {
    serverId: await create({}),
    directoryServerId: await create({
      IdentityProviderType: 'AWS_DIRECTORY_SERVICE',
      IdentityProviderDetails: { DirectoryId: 'd-0123456789' },
    }),
    lambdaServerId: await create({
      IdentityProviderType: 'AWS_LAMBDA',
      IdentityProviderDetails: { Function: `arn:aws:lambda:${world.region}:${world.account}:function:nobody` },
    }),
  }
  made.set(world, result)
  return result
}

const sid = (unique: string) => `S-1-5-21-${[...unique].map((letter) => letter.charCodeAt(0)).join('')}`

async function user(world: World, unique: string): Promise<{ ServerId: string; UserName: string }> {
  const { serverId: ServerId } = await shared(world)
  await world.make('transfer', 'CreateUser', { ServerId, UserName: unique, Role: role(world) })
  return { ServerId, UserName: unique }
}

async function access(world: World, unique: string): Promise<{ ServerId: string; ExternalId: string }> {
  const { directoryServerId: ServerId } = await shared(world)
  await world.make('transfer', 'CreateAccess', { ServerId, ExternalId: sid(unique), Role: role(world) })
  return { ServerId, ExternalId: sid(unique) }
}

const hostKeys = new Map<string, string>()

async function hostKey(world: World, unique: string): Promise<{ ServerId: string; HostKeyId: string }> {
  const { serverId: ServerId } = await shared(world)
  const { HostKeyId } = await world.make('transfer', 'ImportHostKey', { ServerId, HostKeyBody: newKeyPair().private })
  hostKeys.set(unique, String(HostKeyId))
  return { ServerId, HostKeyId: String(HostKeyId) }
}

const arns = {
  server: (world: World) => `${prefix(world)}server/${of(world).serverId}`,
  directory: (world: World) => `${prefix(world)}server/${of(world).directoryServerId}`,
  user: (world: World, unique: string) => `${prefix(world)}user/${of(world).serverId}/${unique}`,
  lambdaUser: (world: World, unique: string) => `${prefix(world)}user/${of(world).lambdaServerId}/${unique}`,
  hostKey: (world: World, unique: string) =>
    `${prefix(world)}host-key/${of(world).serverId}/${hostKeys.get(unique) ?? 'hostkey-'}`,
  all: () => '*',
}

type ArnOf = (world: World, unique: string) => string

function one(
  operation: string,
  arn: ArnOf,
  input: (world: World, unique: string) => unknown,
  more: Partial<PermissionCase> & { readonly also?: (world: World) => readonly Need[] } = {},
): PermissionCase {
  const { also, ...rest } = more
  return {
    operation,
    input,
    needs: (world, unique) => [
      { action: `transfer:${operation}`, resource: arn(world, unique) },
      ...(also?.(world) ?? []),
    ],
    ...rest,
  }
}

const passRole = (world: World): Need[] => [{ action: 'iam:PassRole', resource: role(world) }]
const server = async (world: World) => ({ ServerId: (await shared(world)).serverId })
const own = new Map<string, string>()

/** For what must not happen to the server that others use. */
async function ownServer(world: World, unique: string): Promise<{ ServerId: string }> {
  const { ServerId } = await world.make('transfer', 'CreateServer', {})
  own.set(unique, String(ServerId))
  return { ServerId: String(ServerId) }
}
const ownArn: ArnOf = (world, unique) => `${prefix(world)}server/${own.get(unique) ?? 's-'}`

const cases: readonly PermissionCase[] = [
  one('CreateServer', arns.all, () => ({})),
  one('CreateServer', arns.all, (world) => ({ LoggingRole: role(world) }), {
    about: 'with a logging role',
    also: passRole,
  }),
  one('UpdateServer', arns.server, async (world) => ({ ...(await server(world)), LoggingRole: role(world) }), {
    also: passRole,
  }),
  one('DescribeServer', arns.server, server),
  one('ListServers', arns.all, () => ({})),
  one('StartServer', arns.server, server),
  one('StopServer', ownArn, ownServer),
  one('DeleteServer', ownArn, ownServer),
  one(
    'CreateUser',
    arns.server,
    async (world, unique) => ({ ...(await server(world)), UserName: unique, Role: role(world) }),
    { also: passRole },
  ),
  one('UpdateUser', arns.user, async (world, unique) => ({ ...(await user(world, unique)), Role: role(world) }), {
    also: passRole,
  }),
  one('DescribeUser', arns.user, user),
  one('ListUsers', arns.server, server),
  one('DeleteUser', arns.user, user),
  one('ImportSshPublicKey', arns.user, async (world, unique) => ({
    ...(await user(world, unique)),
    SshPublicKeyBody: newKeyPair().public,
  })),
  one('DeleteSshPublicKey', arns.user, async (world, unique) => {
    const named = await user(world, unique)
    const input = { ...named, SshPublicKeyBody: newKeyPair().public }
    const { SshPublicKeyId } = await world.make('transfer', 'ImportSshPublicKey', input)
    return { ...named, SshPublicKeyId }
  }),
  one('ImportHostKey', arns.server, async (world) => ({ ...(await server(world)), HostKeyBody: newKeyPair().private })),
  one('DescribeHostKey', arns.hostKey, hostKey),
  one('UpdateHostKey', arns.hostKey, async (world, unique) => ({
    ...(await hostKey(world, unique)),
    Description: 'new',
  })),
  one('ListHostKeys', arns.server, server),
  one('DeleteHostKey', arns.hostKey, hostKey),
  one(
    'CreateAccess',
    arns.directory,
    async (world, unique) => ({
      ServerId: (await shared(world)).directoryServerId,
      ExternalId: sid(unique),
      Role: role(world),
    }),
    { also: passRole },
  ),
  one(
    'UpdateAccess',
    arns.directory,
    async (world, unique) => ({ ...(await access(world, unique)), Role: role(world) }),
    {
      also: passRole,
    },
  ),
  one('DescribeAccess', arns.directory, access),
  one('ListAccesses', arns.directory, async (world) => ({ ServerId: (await shared(world)).directoryServerId })),
  one('DeleteAccess', arns.directory, access),
  one('ListSecurityPolicies', arns.all, () => ({})),
  one('DescribeSecurityPolicy', arns.all, () => ({ SecurityPolicyName: 'TransferSecurityPolicy-2024-01' })),
  one('TagResource', arns.user, async (world, unique) => {
    await user(world, unique)
    return { Arn: arns.user(world, unique), Tags: [{ Key: 'k', Value: 'v' }] }
  }),
  one('UntagResource', arns.user, async (world, unique) => {
    await user(world, unique)
    return { Arn: arns.user(world, unique), TagKeys: ['k'] }
  }),
  one('ListTagsForResource', arns.user, async (world, unique) => {
    await user(world, unique)
    return { Arn: arns.user(world, unique) }
  }),
  one('TestIdentityProvider', arns.lambdaUser, async (world, unique) => ({
    ServerId: (await shared(world)).lambdaServerId,
    UserName: unique,
  })),
]

export const transferCases: ServiceCases = { cases, exempt: {} }
