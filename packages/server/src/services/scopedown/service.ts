/** The console's own API, `scopedown:*`: an AWS JSON service like the others, behind the same door. */

import { serviceModel } from '@scopedown/wire'
import type { ServiceDefinition } from '../../kernel/service.ts'
import { getExplanation } from './get-explanation.ts'
import { listCalls } from './list-calls.ts'
import * as model from './model.ts'
import { operation, type ScopedownDeps } from './operation.ts'

const getServer = operation('GetServer', {
  authorize: () => ({ exempt: 'tells callers with a valid key the region that their requests are signed for' }),
  handle: ({ caller }, { region, partition }) => ({ Region: region, Account: caller.account, Partition: partition }),
})

export const scopedownService: ServiceDefinition<ScopedownDeps> = {
  name: 'scopedown',
  protocol: 'awsJson',
  model: serviceModel(model),
  routeKey: 'Scopedown',
  scope: 'both',
  operations: [listCalls, getExplanation, getServer],
}
