/**
 * Who calls. IAM User Guide, "AWS JSON policy elements: Principal" and "AWS global condition context keys" (the table of
 * what each kind of caller carries).
 */

export type Principal =
  | { readonly kind: 'root'; readonly arn: string; readonly partition: string; readonly account: string }
  | {
      readonly kind: 'user'
      /** With path. */
      readonly arn: string
      readonly partition: string
      readonly account: string
      readonly name: string
      /** `AIDA…`, where known. */
      readonly id?: string
    }
  | {
      /** A session of a role, however it was obtained. */
      readonly kind: 'session'
      /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; missing where only the role is known. */
      readonly arn?: string
      readonly partition: string
      readonly account: string
      /** With path. */
      readonly roleArn: string
      /** `AROA…`, where known. */
      readonly roleId?: string
    }
  | {
      readonly kind: 'federatedUser'
      readonly arn: string
      readonly partition: string
      readonly account: string
      readonly name: string
      /** The IAM user who called GetFederationToken, where known. */
      readonly userArn?: string
    }
  | { readonly kind: 'identityProvider'; readonly value: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'anonymous' }
