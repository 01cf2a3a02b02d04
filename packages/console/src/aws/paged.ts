/** All pages of a list, up to a bound that keeps a page usable; whoever asks is told whether it was reached. */

export interface Paged<Item> {
  readonly items: readonly Item[]
  readonly truncated: boolean
}

export async function allPages<Item>(
  fetchPage: (token: string | undefined) => Promise<{ items: readonly Item[]; next: string | undefined }>,
  limit: number,
): Promise<Paged<Item>> {
  const items: Item[] = []
  let token: string | undefined
  do {
    const page = await fetchPage(token)
    items.push(...page.items)
    token = page.next
  } while (token !== undefined && items.length < limit)
  return { items: items.slice(0, limit), truncated: token !== undefined || items.length > limit }
}
