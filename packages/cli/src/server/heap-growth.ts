/**
 * How V8's heap grows. Loading a server makes V8 grow its young generation, which it never gives back: thirty megabytes that a
 * server at rest does not use, so it is kept from growing until the server listens. Under load the buffers of a transfer, which
 * live for milliseconds, count towards the limit of the old generation, and V8 sets it so close to what lives that one download
 * of 512 MiB collected everything twenty times, for half of the processor time. It may grow to three times what lives. Newer
 * versions hold what lies outside of the heap to a limit of its own, 64 MiB, unless told to count it there as well.
 * V8's flags `semi_space_growth_factor`, `heap_growing_percent` and `external_memory_accounted_in_global_limit`.
 */

import { setFlagsFromString } from 'node:v8'

/** V8's own. */
const youngGrowthFactor = 2
const oldGrowthPercent = 200
/** Of Node 24. Before, V8 has neither that limit nor the flag, and complains of what it does not know. */
const firstWithExternalLimit = 13

export async function withHeapGrowth<T>(start: () => Promise<T>): Promise<T> {
  setFlagsFromString('--semi-space-growth-factor=1')
  try {
    return await start()
  } finally {
    setFlagsFromString(`--semi-space-growth-factor=${youngGrowthFactor}`)
    setFlagsFromString(`--heap-growing-percent=${oldGrowthPercent}`)
    if (Number.parseInt(process.versions.v8, 10) >= firstWithExternalLimit) {
      setFlagsFromString('--external-memory-accounted-in-global-limit')
    }
  }
}
