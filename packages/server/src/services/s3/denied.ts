/** S3's wording of a refusal: the ARN in quotes; the reason only inside the account. S3 User Guide, "Troubleshoot 403 errors". */

import type { Refusal } from '../../kernel/refusal.ts'

export function deniedSentence(refusal: Refusal, sameAccount: boolean): string {
  if (!sameAccount) return 'Access Denied'
  const { resource } = refusal.requirement
  // The last one: a session's name may hold the same words.
  const at = refusal.message.lastIndexOf(` on resource: ${resource} `)
  if (resource === '*' || at === -1) return refusal.message
  const from = at + ' on resource: '.length
  return `${refusal.message.slice(0, from)}"${resource}"${refusal.message.slice(from + resource.length)}`
}
