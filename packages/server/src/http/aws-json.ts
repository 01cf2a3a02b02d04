/** awsJson 1.0 and 1.1. Smithy, "AWS JSON 1.1 protocol". */

import {
  type JsonVersion,
  readJson,
  requestId,
  ServiceFault,
  unknownOperation,
  writeJson,
  writeJsonFault,
} from '@scopedown/wire'
import type { BoundService } from '../kernel/service.ts'
import { bodyHash } from './body-hash.ts'
import { defaultBodyBytes } from './limits.ts'
import type { HttpProtocol, Incoming, Routed } from './protocol.ts'
import { jsonRoute } from './route.ts'

export const awsJson: HttpProtocol = {
  name: 'awsJson',
  newRequestId: requestId,

  async route(incoming: Incoming): Promise<Routed> {
    const { request, registry } = incoming
    const { service, operation: name } = jsonRoute(registry, request)
    const operation = service.operations.get(name)
    if (operation === undefined) throw notOffered(service, name)
    const bytes = await incoming.body(service.definition.maxBodyBytes ?? defaultBodyBytes)
    const { input } = operation.operation.model
    return { service, operation, bodyHash: bodyHash(bytes), parse: () => readJson(input, bytes) }
  },

  write: ({ operation }, output, id) => writeJson(operation.operation.model, output, id, version),

  writeFault: (thrown, id, service) => writeJsonFault(thrown, id, service?.definition.model, version),
}

/** AWS has the operation and this server has not: said so, with the code by which clients know that no retry helps. */
function notOffered({ definition }: BoundService, name: string): ServiceFault {
  if (!definition.model.operations.has(name)) return unknownOperation()
  const message = `${name} is an operation of AWS that this server does not offer.`
  return new ServiceFault('UnknownOperationException', message, { status: 400 })
}

const version: JsonVersion = '1.1'
