import { describe, expect, it } from 'vitest'
import { nearMiss } from './near-miss.ts'

describe('a resource that a pattern just misses', () => {
  it.each([
    // S3: ListBucket asks about the bucket, a policy for its objects does not name it.
    ['arn:aws:s3:::reports/*', 'arn:aws:s3:::reports', '"arn:aws:s3:::reports/*" is what lies below it'],
    ['arn:aws:s3:::reports', 'arn:aws:s3:::reports/a/b', '"arn:aws:s3:::reports/*" is'],
    // AwsGlueSessionUserRestrictedServiceRole: `catalog/*` is not the catalog that every table is asked with.
    ['arn:aws:glue:*:*:catalog/*', 'arn:aws:glue:us-east-1:123456789012:catalog', 'is what lies below it'],
    ['arn:aws:s3:::rep*s/*', 'arn:aws:s3:::reports', 'is what lies below it'],
  ])('%s for %s', (pattern, resource, hint) => {
    expect(nearMiss(['arn:aws:s3:::other/*', pattern], resource)).toContain(hint)
  })

  it.each([
    ['arn:aws:s3:::report', 'arn:aws:s3:::reports/a'],
    ['arn:aws:s3:::reports/*', 'arn:aws:s3:::report'],
    ['arn:aws:s3:::reports/${aws:username}', 'arn:aws:s3:::reports/ana/x'],
    ['arn:aws:s3:::reports*', 'arn:aws:s3:::other/x'],
    ['', 'arn:aws:s3:::reports'],
  ])('is not claimed of %s and %s', (pattern, resource) => {
    expect(nearMiss([pattern], resource)).toBeUndefined()
  })
})
