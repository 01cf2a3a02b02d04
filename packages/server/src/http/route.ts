/** route: which protocol, service and operation a request names, from its head (and, for awsQuery, its form). */

import type { IncomingMessage } from 'node:http'
import { parseTarget, ServiceFault } from '@scopedown/wire'
import type { ProtocolName } from '../kernel/protocol-name.ts'
import type { BoundService, Registry } from '../kernel/service.ts'

export interface Head {
  readonly method: string
  /** As in the request line, still encoded. */
  readonly path: string
  readonly query: string
  readonly contentType: string
}

export function headOf(request: IncomingMessage): Head {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? '' : url.slice(mark + 1),
    contentType: mediaType(request.headers['content-type'] ?? ''),
  }
}

const formType = 'application/x-www-form-urlencoded'

function mediaType(text: string): string {
  if (text === formType) return text
  const mark = text.indexOf(';')
  return (mark === -1 ? text : text.slice(0, mark)).trim().toLowerCase()
}

const queryAction = /(^|&)Action=/

/** JSON names its target in a header; a query call is a form, or a GET with an action; S3 is everything else. */
export function protocolOf(registry: Registry, request: IncomingMessage, head: Head): ProtocolName {
  if (restJsonService(registry, request, head) !== undefined) return 'restJson'
  if (request.headers['x-amz-target'] !== undefined) return 'awsJson'
  if (head.path !== '/') return 'restXml'
  if (head.method === 'POST' && head.contentType === formType) return 'awsQuery'
  if (head.method === 'GET' && queryAction.test(head.query)) return 'awsQuery'
  if (head.method === 'POST' && head.contentType.startsWith('application/x-amz-json')) return 'awsJson'
  return 'restXml'
}

/** `AWSGlue.CreateSession`: the service part counts too. */
export function jsonRoute(registry: Registry, request: IncomingMessage): { service: BoundService; operation: string } {
  const header = request.headers['x-amz-target']
  const target = parseTarget(typeof header === 'string' ? header : undefined)
  const service = target && registry.byRoute('awsJson', target.service)
  if (target === undefined || service === undefined) {
    throw new ServiceFault('UnknownOperationException', 'The requested operation is not recognized by the service.', {
      status: 400,
    })
  }
  return { service, operation: target.operation }
}

/**
 * A path alone could be a bucket's: the signature's scope must name the service too, and S3's clients sign for S3.
 */
export function restJsonService(registry: Registry, request: IncomingMessage, head: Head): BoundService | undefined {
  if (head.path === '/') return undefined
  return registry.services.find(
    ({ definition }) =>
      definition.protocol === 'restJson' &&
      head.path.startsWith(definition.routeKey) &&
      request.headers.authorization?.includes(`/${definition.signingName ?? definition.name}/aws4_request`) === true,
  )
}
