/** Which contents are being read by this process: they outlive the object that they belonged to. */

export class Leases {
  readonly #counts = new Map<string, number>()

  held(content: string): boolean {
    return this.#counts.has(content)
  }

  /** Answers the function that gives them back; calling it again does nothing. */
  take(contents: readonly string[]): () => void {
    for (const content of contents) this.#counts.set(content, (this.#counts.get(content) ?? 0) + 1)
    let taken = true
    return () => {
      if (!taken) return
      taken = false
      for (const content of contents) {
        const left = (this.#counts.get(content) ?? 1) - 1
        if (left === 0) this.#counts.delete(content)
        else this.#counts.set(content, left)
      }
    }
  }
}
