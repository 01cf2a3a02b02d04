/** The text that a policy was read from: explanations mark the very characters that decided. */

import type { Policy } from '@scopedown/engine'

const texts = new WeakMap<Policy, string>()

export function rememberText(policy: Policy, text: string): void {
  texts.set(policy, text)
}

/** Undefined for a policy that was made without a text. */
export function textOf(policy: Policy): string | undefined {
  return texts.get(policy)
}
