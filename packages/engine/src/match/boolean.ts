/** Values of `Bool` and `Null`: `true` or `false` in any case. IAM User Guide, reference_policies_elements_condition_operators. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase()
  if (lower === 'true') return true
  return lower === 'false' ? false : undefined
}
