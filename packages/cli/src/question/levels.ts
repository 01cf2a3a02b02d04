/** `--scp` and `--rcp`: files by level, from the root down. */

/** `FILE` is a level of its own; `LEVEL=FILE` joins the level of that name, which stands where it was first named. */
export function filesByLevel(given: readonly string[]): readonly (readonly string[])[] {
  const levels: string[][] = []
  const named = new Map<string, string[]>()
  for (const text of given) {
    const name = /^([A-Za-z0-9_-]+)=/.exec(text)?.[1]
    if (name === undefined) {
      levels.push([text])
      continue
    }
    const file = text.slice(name.length + 1)
    const level = named.get(name)
    if (level !== undefined) level.push(file)
    else {
      const made = [file]
      named.set(name, made)
      levels.push(made)
    }
  }
  return levels
}
