/** restXml: operation and input from method, host, path, query and headers; bodies stream. Smithy, "AWS restXml protocol". */

import {
  type AccessKey,
  type ChecksumAlgorithm,
  headerValues,
  methodNotAllowed,
  parseRawQuery,
  payloadKind,
  type RestMatch,
  type RestRequest,
  readBodySpec,
  readRest,
  routeRest,
  ServiceFault,
  s3HostId,
  s3RequestId,
  type VerifiedSignature,
  writeRest,
  writeRestFault,
} from '@scopedown/wire'
import { PendingBody } from '../kernel/pending-body.ts'
import type { BoundService, Registry } from '../kernel/service.ts'
import { defaultBodyBytes } from './limits.ts'
import type { HttpProtocol, Incoming, Routed } from './protocol.ts'
import { collectBody, streamBody } from './streamed-body.ts'

export const restXml: HttpProtocol = {
  name: 'restXml',
  newRequestId: s3RequestId,

  async route(incoming: Incoming): Promise<Routed> {
    const { service, request } = read(incoming)
    const unmodelled = service.definition.rest?.unmodelled?.(request)
    if (unmodelled !== undefined) throw notImplemented(unmodelled)
    const match = routeRest(service.definition.model, request)
    const operation = service.operations.get(match.operation.name)
    if (operation === undefined) throw notImplemented(match.operation.name)
    return {
      service,
      operation,
      bodyHash: undefined,
      parse: (verified) => input(incoming, request, match, verified, service.definition.maxBodyBytes),
    }
  },

  write: ({ service, operation }, output, requestId) =>
    writeRest(
      operation.operation.model,
      output,
      { requestId, hostId: s3HostId() },
      service.definition.xmlNamespace ?? '',
      service.definition.rest?.status(output),
    ),

  writeFault: (thrown, requestId, service, { method, path }) =>
    writeRestFault(thrown, { requestId, hostId: s3HostId() }, { method, resource: path }, service?.definition.model),
}

function read({ request, head, registry }: Incoming): { service: BoundService; request: RestRequest } {
  const service = restXmlService(registry)
  const query = parseRawQuery(head.query)
  if (query === undefined) {
    throw new ServiceFault('InvalidURI', "Couldn't parse the specified URI.", { status: 400 })
  }
  const addressed = service.definition.rest?.address(request.headers.host ?? '', head.path)
  return {
    service,
    request: {
      method: head.method,
      labels: addressed?.labels ?? {},
      path: addressed?.path ?? head.path,
      query,
      headers: headerValues(request.rawHeaders),
    },
  }
}

function notImplemented(operation: string): ServiceFault {
  return new ServiceFault('NotImplemented', `${operation} is not implemented.`, { status: 501 })
}

/** One service has all paths. */
function restXmlService(registry: Registry): BoundService {
  const service = registry.byRoute('restXml', '')
  if (service === undefined) throw methodNotAllowed()
  return service
}

async function input(
  { request, limits }: Incoming,
  rest: RestRequest,
  match: RestMatch,
  verified: VerifiedSignature<AccessKey>,
  maxBytes = defaultBodyBytes,
): Promise<unknown> {
  const kind = payloadKind(match.operation)
  if (kind === 'none') return readRest(match, rest, undefined)
  const spec = readBodySpec(verified.payload, rest.headers)
  if (kind === 'stream' && spec.length === undefined) {
    throw new ServiceFault('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 })
  }
  const open = (checksum?: ChecksumAlgorithm) =>
    streamBody(request, spec, verified, limits.streamIdleMilliseconds, checksum)
  if (kind === 'stream') return readRest(match, rest, new PendingBody(open))
  return readRest(match, rest, await collectBody(open(), maxBytes))
}
