/** The flags of a process that may read what is named and do nothing else. https://nodejs.org/api/permissions.html */

/** `--permission` was `--experimental-permission` before Node 23.5. From 25 on it takes away the network as well. */
export function nodeFlags(readable: readonly string[]): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const read = readable.map((path) => `--allow-fs-read=${path}`)
  return [permission, ...read, '--no-warnings', '--disallow-code-generation-from-strings', '--max-old-space-size=512']
}
