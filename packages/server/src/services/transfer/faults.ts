/** Transfer Family's modelled errors. API reference, "Errors" of each operation. */

import { ServiceFault } from '@scopedown/wire'

export type ResourceType = 'Server' | 'User' | 'SshPublicKey' | 'HostKey' | 'Access' | 'SecurityPolicy'

export function notFound(type: ResourceType, resource: string, message?: string): ServiceFault {
  return new ServiceFault('ResourceNotFoundException', message ?? `Unknown ${titles[type]}`, {
    members: { Resource: resource, ResourceType: type },
  })
}

const titles: Readonly<Record<ResourceType, string>> = {
  Server: 'server',
  User: 'user',
  SshPublicKey: 'SSH public key',
  HostKey: 'host key',
  Access: 'access',
  SecurityPolicy: 'security policy',
}

export function alreadyExists(type: ResourceType, resource: string, message: string): ServiceFault {
  return new ServiceFault('ResourceExistsException', message, { members: { Resource: resource, ResourceType: type } })
}

export const invalidRequest = (message: string): ServiceFault => new ServiceFault('InvalidRequestException', message)

export const conflict = (message: string): ServiceFault => new ServiceFault('ConflictException', message)

export const noFileSystems = (): ServiceFault =>
  new ServiceFault(
    'ServiceUnavailableException',
    'Domain EFS needs a folder that stands for Amazon EFS: start the server with --efs-root DIR, or SCOPEDOWN_EFS_ROOT.',
  )

/** A feature of AWS that this server does not have: said, never passed over. */
export const notOffered = (what: string): ServiceFault =>
  new ServiceFault('ServiceUnavailableException', `${what} is not implemented by this server.`)
