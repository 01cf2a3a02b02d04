/** IAM's modelled errors in AWS's words. API reference, "Errors" of each operation. */

import { ServiceFault } from '@scopedown/wire'

export type EntityKind = 'user' | 'group' | 'role' | 'instance profile'

export function noSuchEntity(kind: EntityKind, name: string): ServiceFault {
  return nothing(
    kind === 'instance profile'
      ? `Instance Profile ${name} cannot be found.`
      : `The ${kind} with name ${name} cannot be found.`,
  )
}

/** `NoSuchEntity` in any other words. */
export function nothing(message: string): ServiceFault {
  return new ServiceFault('NoSuchEntityException', message)
}

export function noSuchPolicy(arn: string): ServiceFault {
  return nothing(`Policy ${arn} was not found.`)
}

export function notAttachable(arn: string): ServiceFault {
  return nothing(`Policy ${arn} does not exist or is not attachable.`)
}

const titles = { user: 'User', group: 'Group', role: 'Role' } as const

export function alreadyExists(kind: EntityKind | 'policy', name: string): ServiceFault {
  const message =
    kind === 'policy'
      ? `A policy called ${name} already exists. Duplicate names are not allowed.`
      : kind === 'instance profile'
        ? `Instance Profile ${name} already exists.`
        : `${titles[kind]} with name ${name} already exists.`
  return new ServiceFault('EntityAlreadyExistsException', message)
}

export function limitExceeded(what: string, limit: number): ServiceFault {
  return new ServiceFault('LimitExceededException', `Cannot exceed quota for ${what}: ${limit}`)
}

export function deleteConflict(message: string): ServiceFault {
  return new ServiceFault('DeleteConflictException', message)
}

export function malformedPolicy(message: string): ServiceFault {
  return new ServiceFault('MalformedPolicyDocumentException', message)
}

export function invalidInput(message: string): ServiceFault {
  return new ServiceFault('InvalidInputException', message)
}

/** Not in IAM's model: the common error of every query service. */
export function validationError(message: string): ServiceFault {
  return new ServiceFault('ValidationError', message, { status: 400 })
}
