/**
 * Text without its case, for `…IgnoreCase` and for names that a service compares so: what is equal piece by piece is equal
 * as a whole. Unicode's Final_Sigma (SpecialCasing.txt) alone looks at its neighbours, so both sigmas are one.
 */
export function foldCase(text: string): string {
  const lower = text.toLowerCase()
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower
}
