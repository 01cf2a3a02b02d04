/** Finds the operation of an awsQuery request. IAM and STS "Common errors": InvalidAction, MissingAction. */
import { ServiceFault } from '../fault.ts'
import type { OperationModel, ServiceModel } from '../schema/service-model.ts'

/** The operation that `Action` names; throws `MissingAction` or `InvalidAction` (400). */
export function queryOperation(
  model: ServiceModel,
  version: string,
  parameters: ReadonlyMap<string, string>,
): OperationModel {
  const action = parameters.get('Action')
  if (!action) {
    throw new ServiceFault('MissingAction', 'The request is missing an action or a required parameter.', {
      status: 400,
    })
  }
  const sent = parameters.get('Version')
  const found = sent === version ? model.operations.get(action) : undefined
  if (!found) throw invalidAction(action, sent ?? '')
  return found
}

export function invalidAction(action: string, version: string): ServiceFault {
  const safe = (text: string) => text.replace(/[^A-Za-z0-9_.:-]/g, '?').slice(0, 128)
  return new ServiceFault('InvalidAction', `Could not find operation ${safe(action)} for version ${safe(version)}`, {
    status: 400,
  })
}
