/** Glue's modelled errors in AWS's words, where AWS shows any. Glue Web API Reference, "Exceptions". */

import { ServiceFault } from '@scopedown/wire'

/** `Table x not found.`: the kind as it begins the sentence. */
export function notFound(kind: string, name: string): ServiceFault {
  return new ServiceFault('EntityNotFoundException', `${kind} ${name} not found.`)
}

export function alreadyExists(kind: string): ServiceFault {
  return new ServiceFault('AlreadyExistsException', `${kind} already exists.`)
}

export function invalidInput(message: string): ServiceFault {
  return new ServiceFault('InvalidInputException', message)
}

export function concurrentModification(message: string): ServiceFault {
  return new ServiceFault('ConcurrentModificationException', message)
}

export function limitExceeded(message: string): ServiceFault {
  return new ServiceFault('ResourceNumberLimitExceededException', message)
}
