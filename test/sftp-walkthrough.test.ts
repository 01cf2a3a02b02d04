/** docs/sftp-walkthrough.md: every command of it is run in its order, and prints what the page says, to the letter. */

import { it } from 'vitest'
import { missingClient } from '../packages/server/src/testing/external-client.ts'
import { walk } from './walkthrough.test-data.ts'

const missing =
  ['aws', 'bash'].map((name) => missingClient(name, '--version')).find(Boolean) ?? missingClient('ssh', '-V')

/** The page names the port that a server has by default; this one has any that was free. */
const knowPort = 'port=$(aws transfer describe-server --server-id $server --query "Server.Tags[0].Value" --output text)'

it.skipIf(missing !== undefined)('the walk-through of SFTP prints what it says', { timeout: 400_000 }, () =>
  walk({
    page: 'sftp-walkthrough.md',
    script: (text) =>
      text.replaceAll('-P 2222', '-P "$port"').replace('ssh-keygen', `${knowPort}; port=\${port##*:}; ssh-keygen`),
    steady: [
      [/(?<=127\.0\.0\.1:)(?!4566)\d+/g, '2222'],
      [/s-[0-9a-f]{17}/g, 'SERVER-ID'],
    ],
    atLeast: 16,
  }),
)
