/** The `scopedown` command as a function, for programs and tests that want it in-process. */

export type { Io } from './io.ts'
export { run } from './run.ts'
