/** The console's API for the registry test. */

import type { ServiceCases } from '../../testing/permission-case.ts'

export const scopedownCases: ServiceCases = {
  cases: [
    {
      operation: 'ListCalls',
      input: () => ({ MaxResults: 1 }),
      needs: () => [{ action: 'scopedown:ListCalls', resource: '*' }],
    },
    {
      operation: 'GetExplanation',
      input: () => ({ AuthorizationId: 'abc' }),
      needs: () => [{ action: 'scopedown:GetExplanation', resource: '*' }],
      fault: 'ResourceNotFoundException',
    },
  ],
  exempt: { GetServer: 'the region to sign for, and the account that the caller belongs to anyway' },
}
