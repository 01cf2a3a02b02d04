/** Milliseconds since the epoch; 0 where there is none. */
export function bundleTime(): number
export function compiledTime(): number
