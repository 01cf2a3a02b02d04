/**
 * restJson1, as far as services here need it: labels and query parameters in, a JSON document out.
 * Smithy, "AWS restJson1 protocol"; the error type travels in `x-amzn-ErrorType`.
 */

import {
  asFault,
  type OperationModel,
  requestId,
  ServiceFault,
  unknownOperation,
  uriDecode,
  type WireResponse,
  writeJson,
} from '@scopedown/wire'
import type { BoundOperation, BoundService } from '../kernel/service.ts'
import { bodyHash } from './body-hash.ts'
import { defaultBodyBytes } from './limits.ts'
import type { HttpProtocol, Incoming, Routed } from './protocol.ts'
import { restJsonService } from './route.ts'

export const restJson: HttpProtocol = {
  name: 'restJson',
  newRequestId: requestId,

  async route(incoming: Incoming): Promise<Routed> {
    const { request, head, registry } = incoming
    const service = restJsonService(registry, request, head)
    if (service === undefined) throw unknownOperation()
    const { operation, labels } = match(service, head.method, head.path)
    const bytes = await incoming.body(service.definition.maxBodyBytes ?? defaultBodyBytes)
    const { model } = operation.operation
    return { service, operation, bodyHash: bodyHash(bytes), parse: () => inputOf(model, labels, head.query) }
  },

  write({ operation }, output, id): WireResponse {
    const { status, body } = writeJson(operation.operation.model, output, id)
    return { status, headers: headersOf(id), body }
  },

  writeFault(thrown, id, service): WireResponse {
    const fault = asFault(thrown, 'awsJson')
    const status = fault.status ?? service?.definition.model.errors.get(fault.code)?.httpStatus ?? 400
    return {
      status,
      headers: { ...headersOf(id), ...fault.headers, 'x-amzn-errortype': fault.code },
      body: JSON.stringify({ ...fault.members, message: fault.message }),
    }
  },
}

function headersOf(id: string): Record<string, string> {
  return { 'content-type': 'application/json', 'x-amzn-requestid': id }
}

function match(
  service: BoundService,
  method: string,
  path: string,
): { operation: BoundOperation; labels: Record<string, string> } {
  const segments = path.split('/')
  for (const operation of service.operations.values()) {
    const { http } = operation.operation.model
    const labels = http?.method === method ? labelsOf(http.template.split('/'), segments) : undefined
    if (labels !== undefined) return { operation, labels }
  }
  throw unknownOperation()
}

function labelsOf(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined
  const labels: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? ''
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined
      continue
    }
    const value = uriDecode(segment)
    if (value === undefined || value === '') return undefined
    labels[part.slice(1, -1)] = value
  }
  return labels
}

function inputOf(model: OperationModel, labels: Readonly<Record<string, string>>, query: string): unknown {
  const input: Record<string, unknown> = { ...labels }
  const parameters = new URLSearchParams(query)
  for (const member of model.input.members.values()) {
    const name = member.traits.httpQuery
    if (typeof name !== 'string') continue
    const values = parameters.getAll(name)
    if (values.length > 1)
      throw new ServiceFault('ValidationException', `The parameter ${name} is repeated.`, { status: 400 })
    if (values[0] !== undefined) input[member.name] = values[0]
  }
  return input
}
