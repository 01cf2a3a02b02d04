/**
 * What a signature must cover, where and when it counts. IAM User Guide, "Troubleshoot Signature Version 4 signing"
 * (credential scope, clock skew); S3 API reference, "Signature Calculations" (signed headers, presigned expiry).
 */
import { TERMINATOR } from './canonical.ts'
import { isoBasic, isoExtended } from './clock.ts'
import type { HeaderValues } from './headers.ts'
import type { PresentedSignature } from './presented.ts'
import { type SignatureFault, signatureFault } from './signature-fault.ts'
import type { SignatureRules } from './verify.ts'

const MINUTE = 60_000
const SKEW = 5 * MINUTE
const S3_SKEW = 15 * MINUTE

/** Host and date always; the target on JSON, or a signature would serve another operation; every x-amz-* on S3. */
export function checkSignedHeaders(
  presented: PresentedSignature,
  headers: HeaderValues,
  rules: SignatureRules,
): SignatureFault | undefined {
  for (const name of presented.signedHeaders) {
    const count = headers.get(name)?.length ?? 0
    if (count > 1) return malformed(presented, `The signed header '${name}' is repeated.`)
    if (count === 0) return malformed(presented, `The signed header '${name}' is not present in the request.`)
  }

  const unsigned = requiredHeaders(presented, headers, rules).filter((name) => !presented.signedHeaders.includes(name))
  if (unsigned.length === 0) return undefined
  if (rules.protocol === 'restXml') {
    return signatureFault('unsignedHeader', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    })
  }
  return signatureFault('unsignedHeader', `'${unsigned[0]}' must be a 'SignedHeader' in the AWS Authorization.`)
}

function requiredHeaders(presented: PresentedSignature, headers: HeaderValues, rules: SignatureRules): string[] {
  const required = ['host']
  // A presigned request carries its date in the query, all of which is signed.
  if (presented.mechanism === 'header') required.push(headers.has('x-amz-date') ? 'x-amz-date' : 'date')
  if (rules.protocol === 'awsJson') required.push('x-amz-target')
  if (rules.protocol !== 'restXml') return required
  return [...new Set([...required, ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))])]
}

function malformed(presented: PresentedSignature, message: string): SignatureFault {
  return signatureFault(presented.mechanism === 'header' ? 'malformedHeader' : 'malformedQuery', message)
}

export function checkScope(presented: PresentedSignature, rules: SignatureRules): SignatureFault | undefined {
  const { scope, terminator, amzDate } = presented
  const day = amzDate.slice(0, 8)
  if (day !== scope.date) {
    return signatureFault(
      'scopeDate',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${shown(scope.date)}' != '${day}', from '${amzDate}'.`,
    )
  }
  if (!rules.regions.includes(scope.region)) {
    const region = rules.regions[0] ?? ''
    return signatureFault(
      'scopeRegion',
      `Credential should be scoped to a valid region, not '${shown(scope.region)}'. `,
      {
        Region: region,
      },
    )
  }
  if (scope.service !== rules.service) {
    return signatureFault('scopeService', `Credential should be scoped to correct service: '${rules.service}'. `)
  }
  if (terminator !== TERMINATOR) {
    return signatureFault(
      'scopeTerminator',
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${shown(terminator)}'.`,
    )
  }
  return undefined
}

/** Why the request's time does not count now. */
export function checkTime(presented: PresentedSignature, now: number, s3: boolean): SignatureFault | undefined {
  const { signedAt: time, expires } = presented
  const skew = s3 ? S3_SKEW : SKEW
  if (time > now + skew) return early(time, now, skew, s3)
  if (expires === undefined) return time < now - skew ? late(time, now, skew, s3) : undefined
  const end = time + expires * 1000
  if (now <= end) return undefined
  return signatureFault('presignedExpired', s3 ? 'Request has expired' : expiredText(end, now), {
    'X-Amz-Expires': String(expires),
    Expires: isoExtended(end),
    ServerTime: isoExtended(now),
  })
}

function early(time: number, now: number, skew: number, s3: boolean): SignatureFault {
  const message = `Signature not yet current: ${isoBasic(time)} is still later than ${isoBasic(now + skew)} (${isoBasic(now)} + ${skew / MINUTE} min.)`
  return skewed(message, time, now, skew, s3)
}

function late(time: number, now: number, skew: number, s3: boolean): SignatureFault {
  const message = `Signature expired: ${isoBasic(time)} is now earlier than ${isoBasic(now - skew)} (${isoBasic(now)} - ${skew / MINUTE} min.)`
  return skewed(message, time, now, skew, s3)
}

function expiredText(end: number, now: number): string {
  return `Signature expired: ${isoBasic(end)} is now earlier than ${isoBasic(now)} (${isoBasic(now)} - 0 min.)`
}

function skewed(message: string, time: number, now: number, skew: number, s3: boolean): SignatureFault {
  if (!s3) return signatureFault('skew', message)
  return signatureFault('skew', 'The difference between the request time and the current time is too large.', {
    RequestTime: isoBasic(time),
    ServerTime: isoExtended(now),
    MaxAllowedSkewMilliseconds: String(skew),
  })
}

function shown(text: string): string {
  return text.replace(/[^\w.-]/g, '?').slice(0, 64)
}
