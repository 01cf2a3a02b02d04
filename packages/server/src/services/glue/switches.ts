/** Where AWS is silent about Glue, this server decides one way and can be told to decide the other. */

export interface GlueSwitches {
  /** Names of databases, tables and functions in policies compare without case, as the catalog itself compares them. */
  readonly foldNames: boolean
  /** BatchGet… is denied where an explicit Deny hits the matching Get… plural, as AWS announced for December 2024. */
  readonly batchGetHonoursGetDeny: boolean
  /** The catalog's resource policy may name principal `*`. */
  readonly resourcePolicyStarPrincipal: boolean
  /** Whether a role that is handed over must exist and trust Glue at once. */
  readonly checkRoles: 'strict' | 'passRoleOnly'
  /** `glue:resourceTag/KEY` is filled beside `aws:ResourceTag/KEY`. */
  readonly legacyResourceTagKey: boolean
}

export const defaultGlueSwitches: GlueSwitches = Object.freeze({
  foldNames: true,
  batchGetHonoursGetDeny: false,
  resourcePolicyStarPrincipal: true,
  checkRoles: 'strict',
  legacyResourceTagKey: true,
})
