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

// A server that failed to start may hold a file or a socket; nothing is left to wait for. Unreferenced: it delays no exit.
setTimeout(() => process.exit(), 1000).unref()
