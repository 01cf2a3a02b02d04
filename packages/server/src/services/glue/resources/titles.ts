/** What the kinds of resource are called in messages: `Job x not found.` */

import type { ResourceKind } from './tables.ts'

export const titles: Readonly<Record<ResourceKind, string>> = {
  crawler: 'Crawler',
  job: 'Job',
  trigger: 'Trigger',
  devEndpoint: 'DevEndpoint',
  mlTransform: 'MLTransform',
  classifier: 'Classifier',
  securityConfiguration: 'SecurityConfiguration',
}
