/** Ids of catalog rows: they are seen by nobody and order nothing. */

import { randomInt } from 'node:crypto'

/** The widest that `randomInt` draws. */
const bound = 2 ** 48 - 1

export const newId = (): number => randomInt(1, bound)
