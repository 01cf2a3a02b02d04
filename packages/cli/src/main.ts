/** The process around the command: streams in, exit status out. */

import { run } from './run.ts'

/** 128 + SIGPIPE: what any program reports whose reader went away. The reader has what it wanted, so nothing is said. */
const brokenPipe = 141

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? brokenPipe : 2)
  })
}

process.exitCode = await run(process.argv.slice(2), process)
