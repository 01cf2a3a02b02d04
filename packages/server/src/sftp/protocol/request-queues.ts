/**
 * Requests on one handle run in the order of their arrival, those on paths likewise; different handles do not wait for each
 * other. draft-ietf-secsh-filexfer-02, section 6.1: "requests on the same file are processed in order".
 */

export class RequestQueues {
  readonly #tails = new Map<string, Promise<void>>()

  /** `task` must not reject. */
  run(key: string, task: () => Promise<void>): void {
    const tail = (this.#tails.get(key) ?? Promise.resolve()).then(task)
    this.#tails.set(key, tail)
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    })
  }

  /** When everything queued so far has run. */
  async settled(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values())
  }
}
