/** IAM Toolbox for the registry test. IAM User Guide, troubleshoot_access-denied-authorization-id. */

import type { ServiceCases } from '../../testing/permission-case.ts'

export const iamToolboxCases: ServiceCases = {
  cases: [
    {
      operation: 'GetRequestAuthorizationDetails',
      input: () => ({ authorizationId: 'abc' }),
      needs: () => [{ action: 'iam:GetRequestAuthorizationDetails', resource: '*' }],
      fault: 'ResourceNotFoundException',
    },
  ],
  exempt: {},
}
