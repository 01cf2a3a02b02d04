/** awsQuery: a form, or a GET with its parameters in the URL. Smithy, "AWS query protocol". */

import {
  invalidAction,
  queryOperation,
  readParameters,
  readQuery,
  requestId,
  writeQuery,
  writeQueryFault,
} from '@scopedown/wire'
import type { BoundService, Registry } from '../kernel/service.ts'
import { bodyHash } from './body-hash.ts'
import { defaultBodyBytes } from './limits.ts'
import type { HttpProtocol, Incoming, Routed } from './protocol.ts'

/** What AWS answers in where no service was recognized. */
const commonNamespace = 'http://webservices.amazon.com/AWSFault/2005-15-09'

export const awsQuery: HttpProtocol = {
  name: 'awsQuery',
  newRequestId: requestId,

  async route(incoming: Incoming): Promise<Routed> {
    const { head, registry } = incoming
    const bytes = await incoming.body(defaultBodyBytes)
    const parameters = readParameters(head.method === 'GET' ? head.query : bytes.toString('utf8'))
    const version = parameters.get('Version') ?? ''
    const service = serviceOf(registry, version, parameters)
    const { name } = queryOperation(service.definition.model, version, parameters)
    const operation = service.operations.get(name)
    if (operation === undefined) throw invalidAction(name, version)
    const { input } = operation.operation.model
    return { service, operation, bodyHash: bodyHash(bytes), parse: () => readQuery(input, parameters) }
  },

  write: ({ service, operation }, output, id) =>
    writeQuery(operation.operation.model, output, id, service.definition.xmlNamespace ?? commonNamespace),

  writeFault: (thrown, id, service) =>
    writeQueryFault(thrown, id, service?.definition.xmlNamespace ?? commonNamespace, service?.definition.model),
}

function serviceOf(registry: Registry, version: string, parameters: ReadonlyMap<string, string>): BoundService {
  const service = registry.byRoute('awsQuery', version)
  if (service !== undefined) return service
  const action = parameters.get('Action')
  // The same words as for an action that the service lacks: `queryOperation` has them.
  if (action === undefined) return unroutable(version, parameters)
  throw invalidAction(action, version)
}

function unroutable(version: string, parameters: ReadonlyMap<string, string>): never {
  queryOperation({ namespace: '', operations: new Map(), errors: new Map() }, version, parameters)
  throw new Error('a request without an action was routed')
}
