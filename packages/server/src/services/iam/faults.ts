/** IAM's modelled errors in AWS's words. API reference, "Errors" of each operation. */

import { ServiceFault } from '@scopedown/wire'

export type EntityKind = 'user' | 'group' | 'role' | 'policy' | 'instance profile'

const nouns = {
  user: ['user', 'User'],
  group: ['group', 'Group'],
  role: ['role', 'Role'],
  policy: ['policy', 'A policy called'],
  'instance profile': ['instance profile', 'Instance Profile'],
} as const

export function noSuchEntity(kind: EntityKind, name: string): ServiceFault {
  if (kind === 'policy') return new ServiceFault('NoSuchEntityException', `Policy ${name} was not found.`)
  const noun = kind === 'instance profile' ? 'Instance Profile' : nouns[kind][0]
  return new ServiceFault('NoSuchEntityException', `The ${noun} with name ${name} cannot be found.`)
}

export function alreadyExists(kind: EntityKind, name: string): ServiceFault {
  const message =
    kind === 'policy'
      ? `A policy called ${name} already exists. Duplicate names are not allowed.`
      : `${nouns[kind][1]} with name ${name} already exists.`
  return new ServiceFault('EntityAlreadyExistsException', message)
}

export function limitExceeded(what: string, limit: number): ServiceFault {
  return new ServiceFault('LimitExceededException', `Cannot exceed quota for ${what}: ${limit}`)
}

export function malformedPolicy(message: string): ServiceFault {
  return new ServiceFault('MalformedPolicyDocumentException', message)
}

export function invalidInput(message: string): ServiceFault {
  return new ServiceFault('InvalidInputException', message)
}
