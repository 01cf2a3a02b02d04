/** Reads `X-Amz-Target: SERVICE.OPERATION`, whose service part counts too. Smithy, "AWS JSON 1.1 protocol". */
import { ServiceFault } from '../fault.ts'
import type { OperationModel, ServiceModel } from '../schema/service-model.ts'

/** E.g. `AWSGlue.CreateSession` → `{ service: 'AWSGlue', operation: 'CreateSession' }`; undefined when not of that form. */
export function parseTarget(target: string | undefined): { service: string; operation: string } | undefined {
  const match = /^([A-Za-z][A-Za-z0-9_]{0,127})\.([A-Za-z][A-Za-z0-9]{0,127})$/.exec(target ?? '')
  return match ? { service: match[1] ?? '', operation: match[2] ?? '' } : undefined
}

/** The operation of `model`; throws `UnknownOperationException` (400). */
export function jsonOperation(model: ServiceModel, operation: string): OperationModel {
  const found = model.operations.get(operation)
  if (!found) throw unknownOperation()
  return found
}

export function unknownOperation(): ServiceFault {
  return new ServiceFault('UnknownOperationException', 'The requested operation is not recognized by the service.', {
    status: 400,
  })
}
