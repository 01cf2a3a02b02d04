/**
 * How V8's heap grows. Loading a server makes V8 grow its young generation, which it never gives back: thirty megabytes that a
 * server at rest does not use, so it is kept from growing until the server listens. Under load the buffers of a transfer, which
 * live for milliseconds, count towards the limit of the old generation, and V8 sets it so close to what lives that one download
 * of 512 MiB collected everything twenty times, for half of the processor time. It may grow to three times what lives. Some
 * versions hold what lies outside of the heap to a limit of its own, 64 MiB, unless told to count it there as well.
 * V8's flags `semi_space_growth_factor`, `heap_growing_percent` and `external_memory_accounted_in_global_limit`.
 */

import { setFlagsFromString } from 'node:v8'

/** V8's own. */
const youngGrowthFactor = 2
const oldGrowthPercent = 200

/** From Node 24 on, up to V8 14.8, which always counts so and has no flag for it; V8 complains of flags that it does not know. */
export function hasExternalLimit(v8Version: string): boolean {
  const [major = 0, minor = 0] = v8Version.split('.').map(Number)
  return major === 13 || (major === 14 && minor < 8)
}

export async function withHeapGrowth<T>(start: () => Promise<T>): Promise<T> {
  setFlagsFromString('--semi-space-growth-factor=1')
  try {
    return await start()
  } finally {
    setFlagsFromString(`--semi-space-growth-factor=${youngGrowthFactor}`)
    setFlagsFromString(`--heap-growing-percent=${oldGrowthPercent}`)
    if (hasExternalLimit(process.versions.v8)) setFlagsFromString('--external-memory-accounted-in-global-limit')
  }
}
