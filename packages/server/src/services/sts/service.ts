/** AWS Security Token Service, API version 2011-06-15. */

import type { ServiceDefinition } from '../../kernel/service.ts'
import { assumeRole } from './assume-role.ts'
import { getCallerIdentity } from './caller-identity.ts'
import { type StsDeps, stsModel } from './operation.ts'

export const stsService: ServiceDefinition<StsDeps> = {
  name: 'sts',
  protocol: 'awsQuery',
  model: stsModel,
  routeKey: '2011-06-15',
  global: false,
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: [getCallerIdentity, assumeRole],
}
