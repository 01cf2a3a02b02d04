/** docs/glue-walkthrough.md: every command of it is run in its order, and prints what the page says, to the letter. */

import { it } from 'vitest'
import { missingClient } from '../packages/server/src/testing/external-client.ts'
import { walk } from './walkthrough.test-data.ts'

const missing = missingClient('aws', '--version') ?? missingClient('bash', '--version')

it.skipIf(missing !== undefined)('the walk-through of the Data Catalog prints what it says', { timeout: 300_000 }, () =>
  walk({ page: 'glue-walkthrough.md', atLeast: 12 }),
)
