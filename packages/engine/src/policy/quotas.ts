/**
 * How large a policy may be. IAM User Guide, "IAM and AWS STS quotas" (reference_iam-quotas); Organizations guide,
 * "Quotas" (orgs_reference_limits; 10,240 for SCPs since May 2026); PrivateLink guide, "Quotas" (vpc-limits-endpoints); the
 * S3 and Glue guides (20 KB, 10 KB: ours, bytes). Only what IAM itself stores is counted without its white space.
 */

export const quotas = {
  userInline: { characters: 2048, counts: 'noWhitespace' },
  groupInline: { characters: 5120, counts: 'noWhitespace' },
  roleInline: { characters: 10_240, counts: 'noWhitespace' },
  managed: { characters: 6144, counts: 'noWhitespace' },
  trust: { characters: 2048, counts: 'noWhitespace' },
  session: { characters: 2048, counts: 'characters' },
  scp: { characters: 10_240, counts: 'characters' },
  rcp: { characters: 5120, counts: 'characters' },
  bucket: { characters: 20_480, counts: 'bytes' },
  catalog: { characters: 10_240, counts: 'bytes' },
  endpoint: { characters: 20_480, counts: 'characters' },
} as const

export type QuotaName = keyof typeof quotas

/** Size of a policy's text as the quota counts it. */
export function policySize(text: string, quota: QuotaName): number {
  const size = sizeOf[quotas[quota].counts]
  let sum = 0
  for (let at = 0; at < text.length; at += 1) sum += size(text.charCodeAt(at))
  return sum
}

/** Of one UTF-16 unit. */
const sizeOf = {
  characters: () => 1,
  noWhitespace: (code: number) => (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 ? 0 : 1),
  /** In UTF-8; each half of a surrogate pair counts for two of its four bytes. */
  bytes: (code: number) => (code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3),
} as const
