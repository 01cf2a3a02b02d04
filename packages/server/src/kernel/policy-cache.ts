/** Parses each stored policy once: equal text of the same kind and name is the same `Policy` object. */

import { type Policy, type PolicyKind, parsePolicy } from '@scopedown/engine'
import { rememberText } from './policy-text.ts'

const limit = 20_000

export class PolicyCache {
  readonly #policies = new Map<string, Policy>()

  /** Throws on a text that the engine refuses: what is stored was accepted when it was written. */
  stored(text: string, kind: PolicyKind, name: string): Policy {
    const key = `${kind}\n${name}\n${text}`
    const known = this.#policies.get(key)
    if (known !== undefined) return known
    const result = parsePolicy(text, { kind, name })
    if (!result.ok) {
      const [first] = result.diagnostics
      throw new Error(`the stored ${kind} policy ${name} is not valid: ${first?.message ?? 'no reason given'}`)
    }
    if (this.#policies.size >= limit) this.#policies.delete(this.#policies.keys().next().value ?? '')
    rememberText(result.policy, text)
    this.#policies.set(key, result.policy)
    return result.policy
  }
}
