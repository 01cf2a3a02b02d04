/**
 * The condition keys of a request. IAM User Guide, "AWS global condition context keys" (reference_policies_condition-keys);
 * those that follow from the principal's kind are filled in by the engine.
 */

import type { ContextValue } from '@scopedown/engine'
import type { Call } from './call.ts'
import type { Requirement } from './requirement.ts'
import type { ResourceFacts } from './service.ts'
import { noTags, type Tags, tagsOf } from './tags.ts'

export type Context = Record<string, ContextValue>

/** Keys that are the same for every requirement of one call. */
export function callContext(call: Call<unknown, unknown>): Context {
  const seconds = Math.floor(call.time / 1000)
  const context: Context = {
    ...call.caller.context,
    'aws:CurrentTime': isoTime(seconds),
    'aws:EpochTime': seconds,
    'aws:SecureTransport': call.origin.secure,
    'aws:RequestedRegion': call.region,
    'aws:ViaAWSService': false,
  }
  if (call.origin.ip !== undefined) context['aws:SourceIp'] = call.origin.ip
  if (call.origin.userAgent !== undefined) context['aws:UserAgent'] = call.origin.userAgent
  const { referer } = call.origin
  if (referer !== undefined) context['aws:Referer'] = referer
  return context
}

let latest = { seconds: -1, text: '' }

/** Calls come many to the second. */
function isoTime(seconds: number): string {
  if (seconds !== latest.seconds)
    latest = { seconds, text: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') }
  return latest.text
}

/** The call's keys and those of one requirement on one resource. */
export function requirementContext(base: Context, requirement: Requirement, facts: ResourceFacts): Context {
  const context: Context = { ...base }
  const resourceTags = requirement.resourceTags === undefined ? facts.tags : tagsOf(requirement.resourceTags)
  for (const [key, value] of resourceTags ?? noTags) context[`aws:ResourceTag/${key}`] = value
  const keys = requestedTags(context, tagsOf(requirement.requestTags))
  keys.push(...(requirement.tagKeys ?? []))
  if (keys.length > 0) context['aws:TagKeys'] = keys
  if (facts.context !== undefined) Object.assign(context, facts.context)
  if (requirement.context !== undefined) Object.assign(context, requirement.context)
  return context
}

function requestedTags(context: Context, tags: Tags): string[] {
  for (const [key, value] of tags) context[`aws:RequestTag/${key}`] = value
  return [...tags.keys()]
}
