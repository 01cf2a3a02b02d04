/**
 * How large a policy may be. IAM User Guide, "IAM and AWS STS quotas" (reference_iam-quotas), the Organizations guide's
 * quotas, the S3 and Glue guides. Characters; white space does not count, save where it does (bucket and catalog policies).
 */

export const quotas = {
  userInline: { characters: 2048, countsWhitespace: false },
  groupInline: { characters: 5120, countsWhitespace: false },
  roleInline: { characters: 10_240, countsWhitespace: false },
  managed: { characters: 6144, countsWhitespace: false },
  trust: { characters: 2048, countsWhitespace: false },
  session: { characters: 2048, countsWhitespace: true },
  scp: { characters: 5120, countsWhitespace: true },
  rcp: { characters: 5120, countsWhitespace: true },
  bucket: { characters: 20_480, countsWhitespace: true },
  catalog: { characters: 10_240, countsWhitespace: true },
  endpoint: { characters: 20_480, countsWhitespace: false },
} as const

export type QuotaName = keyof typeof quotas

/** Size of a policy's text as the quota counts it, in characters. */
export function policySize(text: string, quota: QuotaName): number {
  if (quotas[quota].countsWhitespace) return text.length
  let size = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) size += 1
  }
  return size
}
