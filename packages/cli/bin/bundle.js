/**
 * When the bundle that `npm run build` makes was made, and when what it is made of was compiled last: in a working tree `tsc -b`
 * alone leaves a bundle behind that is older. An installed package has no build information, and its bundle nothing to be older than.
 */
import { statSync } from 'node:fs'

const time = (relative) => statSync(new URL(relative, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0

const packages = ['engine', 'wire', 'server', 'cli']

export const bundleTime = () => time('../dist/bundle/main.js')

export const compiledTime = () => Math.max(...packages.map((name) => time(`../../${name}/tsconfig.tsbuildinfo`)))
