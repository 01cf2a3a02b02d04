/** Filters and orders of ML transforms. Glue API reference: `TransformFilterCriteria`, `TransformSortCriteria`. */

import type { MLTransform, TransformFilterCriteria, TransformSortCriteria } from '@aws-sdk/client-glue'

/** Of a request: validated, so that what is required may be undefined in its type only. */
type Loose<T> = { readonly [K in keyof T]?: unknown }

export function transformFilter(filter: Loose<TransformFilterCriteria> | undefined): (one: MLTransform) => boolean {
  const { Name, TransformType, Status, GlueVersion, ...times } = (filter ?? {}) as TransformFilterCriteria
  const { CreatedBefore, CreatedAfter, LastModifiedBefore, LastModifiedAfter, Schema } = times
  return (one) =>
    (Name === undefined || one.Name === Name) &&
    (TransformType === undefined || one.Parameters?.TransformType === TransformType) &&
    (Status === undefined || one.Status === Status) &&
    (GlueVersion === undefined || one.GlueVersion === GlueVersion) &&
    within(one.CreatedOn, CreatedAfter, CreatedBefore) &&
    within(one.LastModifiedOn, LastModifiedAfter, LastModifiedBefore) &&
    // No transform has a schema here: that would be known from training.
    (Schema === undefined || Schema.length === 0)
}

function within(time: Date | undefined, after: Date | undefined, before: Date | undefined): boolean {
  if (time === undefined) return false
  return (after === undefined || time > after) && (before === undefined || time < before)
}

/** Text that sorts as the column does; the id keeps equal ones apart. */
export function sortKey(sort: Loose<TransformSortCriteria> | undefined): (one: MLTransform) => string {
  const column = columns[String(sort?.Column ?? 'NAME')] ?? ((one: MLTransform) => one.Name ?? '')
  return (one) => `${column(one)}\u0001${one.TransformId ?? ''}`
}

const columns: Readonly<Record<string, (one: MLTransform) => string>> = {
  NAME: (one) => one.Name ?? '',
  TRANSFORM_TYPE: (one) => one.Parameters?.TransformType ?? '',
  STATUS: (one) => one.Status ?? '',
  CREATED: (one) => one.CreatedOn?.toISOString() ?? '',
  LAST_MODIFIED: (one) => one.LastModifiedOn?.toISOString() ?? '',
}

/** In order, those behind `after`. */
export function positionIn<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  direction: unknown,
  after: string | undefined,
): T[] {
  const sign = direction === 'DESCENDING' ? -1 : 1
  const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -sign : sign)
  return all
    .filter((item) => after === undefined || compare(keyOf(item), after) > 0)
    .sort((a, b) => compare(keyOf(a), keyOf(b)))
}
