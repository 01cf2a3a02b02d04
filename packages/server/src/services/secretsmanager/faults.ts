/** Secrets Manager's modelled errors. API reference, "Errors" of each operation. */

import { ServiceFault } from '@scopedown/wire'

export const notFound = (): ServiceFault =>
  new ServiceFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")

export const noVersion = (what: string): ServiceFault =>
  new ServiceFault('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`)

export const alreadyExists = (message: string): ServiceFault => new ServiceFault('ResourceExistsException', message)

export const invalidParameter = (message: string): ServiceFault =>
  new ServiceFault('InvalidParameterException', message)

export const invalidRequest = (message: string): ServiceFault => new ServiceFault('InvalidRequestException', message)

export const markedForDeletion = (): ServiceFault =>
  invalidRequest("You can't perform this operation on the secret because it was marked for deletion.")

/** A feature of AWS that this server does not have: said, never passed over. */
export const notOffered = (what: string): ServiceFault => invalidParameter(`${what} is not implemented by this server.`)
