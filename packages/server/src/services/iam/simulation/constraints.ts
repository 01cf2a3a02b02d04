/** Lengths of a simulation's members. API reference: SimulateCustomPolicy, SimulatePrincipalPolicy. */

import * as limits from '../constraints.ts'
import { contextConstraints } from './context-entries.ts'

export const simulationConstraints = {
  'PolicyInputList.*': limits.policyDocument,
  PermissionsBoundaryPolicyInputList: { max: 1 },
  'PermissionsBoundaryPolicyInputList.*': limits.policyDocument,
  OrderedOrganizationPolicyInputList: { max: 7 },
  'OrderedOrganizationPolicyInputList.*.ServiceControlPolicyInputList.*': limits.policyDocument,
  PolicyExclusionList: { max: 256 },
  'ActionNames.*': { min: 3, max: 128 },
  'ResourceArns.*': { min: 1, max: 2048 },
  ResourcePolicy: limits.policyDocument,
  ResourceOwner: { min: 1, max: 2048 },
  CallerArn: { min: 1, max: 2048 },
  PolicySourceArn: limits.arn,
  ResourceHandlingOption: { min: 1, max: 64 },
  ...contextConstraints,
  ...limits.pages,
} as const
