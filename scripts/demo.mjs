// `npm run demo`: decides the seed cases, prints their counts, and explains one denial. Needs a build.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const seeds = (name) => path(`../packages/engine/fixtures/seed-${name}.json`)

/** The command's own exit status, unless it is one that was expected. */
function scopedown(argv, stdout, expected = 0) {
  const { status } = spawnSync(process.execPath, [path('../packages/cli/bin/scopedown.js'), ...argv], {
    stdio: ['ignore', stdout, 'inherit'],
  })
  if (status !== expected) process.exit(status ?? 1)
}

for (const name of ['glue', 'transfer']) {
  process.stderr.write(`seed-${name}.json: `)
  scopedown(['check', '--cases', seeds(name)], 'ignore')
}
process.stdout.write('\nOne of them, explained:\n\n')
const denied = 'aws:username means nothing in a role session, so the session policy matches nothing'
scopedown(['explain', '--cases', seeds('transfer'), '--case', denied], 'inherit', 1)
