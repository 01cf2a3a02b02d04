/** Tags in the one form that the kernel works with, whatever the service's model calls them. */

export type Tags = ReadonlyMap<string, string>

/** `[{Key, Value}]` (IAM, STS, S3, Transfer), a record (Glue), or tags already. */
export type TagInput =
  | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
  | Readonly<Record<string, string>>
  | Tags
  | undefined

export const noTags: Tags = new Map()

export function tagsOf(input: TagInput): Tags {
  if (input === undefined) return noTags
  if (input instanceof Map) return input
  if (Array.isArray(input)) {
    return new Map(input.map(({ Key, Value }: { Key?: string; Value?: string }) => [Key ?? '', Value ?? '']))
  }
  return new Map(Object.entries(input as Readonly<Record<string, string>>))
}

/** Later tags win; keys are equal regardless of case (IAM User Guide, "Tags for IAM resources"). */
export function mergeTags(...layers: readonly Tags[]): Tags {
  const byFold = new Map<string, readonly [string, string]>()
  for (const tags of layers) for (const [key, value] of tags) byFold.set(foldKey(key), [key, value])
  return new Map(byFold.values())
}

export function foldKey(key: string): string {
  return key.toLowerCase()
}

/** The first key that is there twice, if case is disregarded. */
export function repeatedKey(keys: Iterable<string>): string | undefined {
  const seen = new Set<string>()
  for (const key of keys) {
    const fold = foldKey(key)
    if (seen.has(fold)) return key
    seen.add(fold)
  }
  return undefined
}
