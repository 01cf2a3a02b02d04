/** awsJson 1.0 and 1.1. Smithy, "AWS JSON 1.1 protocol". */

import { type JsonVersion, readJson, requestId, unknownOperation, writeJson, writeJsonFault } from '@scopedown/wire'
import { bodyHash } from './body-hash.ts'
import { defaultBodyBytes } from './limits.ts'
import type { HttpProtocol, Incoming, Routed } from './protocol.ts'
import { jsonRoute } from './route.ts'

export const awsJson: HttpProtocol = {
  name: 'awsJson',
  newRequestId: requestId,

  async route({ request, registry, body }: Incoming): Promise<Routed> {
    const { service, operation: name } = jsonRoute(registry, request)
    const operation = service.operations.get(name)
    if (operation === undefined) throw unknownOperation()
    const bytes = await body(service.definition.maxBodyBytes ?? defaultBodyBytes)
    const { input } = operation.operation.model
    return { service, operation, bodyHash: bodyHash(bytes), parse: () => readJson(input, bytes) }
  },

  write: ({ operation }, output, id) => writeJson(operation.operation.model, output, id, version),

  writeFault: (thrown, id, service) => writeJsonFault(thrown, id, service?.definition.model, version),
}

const version: JsonVersion = '1.1'
