/** Which port a server listens on: its old one, else the first that is free. */

const mostTried = 200

export interface PortSearch {
  /** Answers the port that it got; rejects with `EADDRINUSE`. */
  readonly listen: (port: number) => Promise<number>
  /** Where it was before. */
  readonly wanted: number | null
  /** 0: any. */
  readonly first: number
  /** Of other servers, that may be stopped for now. */
  readonly taken: ReadonlySet<number>
}

export async function freePort({ listen, wanted, first, taken }: PortSearch): Promise<number> {
  const candidates = wanted === null ? [] : [wanted]
  if (first === 0) candidates.push(0)
  for (let port = first; first !== 0 && port < Math.min(first + mostTried, 65_536); port += 1) {
    if (!taken.has(port) && port !== wanted) candidates.push(port)
  }
  for (const port of candidates) {
    try {
      return await listen(port)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error(`none of the ports from ${first} on is free`)
}
