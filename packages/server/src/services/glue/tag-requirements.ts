/** Tags that come with a new resource. Glue Developer Guide, "AWS tags in AWS Glue": they need glue:TagResource as well. */

import { type Requirement, requires } from '../../kernel/requirement.ts'
import type { Tags } from '../../kernel/tags.ts'
import type { GlueDeps } from './operation.ts'

/** Asked after the creation, on the new ARN, the request's tags standing as the resource's own. */
export function taggingNew(arn: string, tags: Tags, { switches }: GlueDeps, foldResourceNames = false): Requirement[] {
  if (tags.size === 0) return []
  const legacy = switches.legacyResourceTagKey
    ? Object.fromEntries([...tags].map(([key, value]) => [`glue:resourceTag/${key}`, value]))
    : {}
  return [
    requires('glue:TagResource', arn, { requestTags: tags, resourceTags: tags, context: legacy, foldResourceNames }),
  ]
}
