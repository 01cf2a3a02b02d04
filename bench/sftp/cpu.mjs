// Processor time of a process with all its threads and the children it has waited for, from Linux's /proc: proc(5), "stat".

import { readFileSync } from 'node:fs'

/** Of `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const ticksASecond = 100

/** Seconds; undefined where there is no /proc. */
export function cpuSeconds(pid) {
  let stat
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The name in parentheses may hold blanks: fields are counted from behind it, the first of them being the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksASecond
}

/** One that has children left has not been told of all their time. */
export function hasChildren(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== ''
  } catch {
    return false
  }
}
