/** Lists that the server answers a page at a time. */

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined
}

export interface Paged<Item> {
  readonly items: readonly Item[]
  readonly truncated: boolean
}

export type FetchPage<Item> = (token: string | undefined) => Promise<Page<Item>>

/** All pages of a list, up to a bound that keeps a page usable; whoever asks is told whether it was reached. */
export async function allPages<Item>(fetchPage: FetchPage<Item>, limit: number): Promise<Paged<Item>> {
  const items: Item[] = []
  let token: string | undefined
  do {
    const page = await fetchPage(token)
    items.push(...page.items)
    token = page.next
  } while (token !== undefined && items.length < limit)
  return { items: items.slice(0, limit), truncated: token !== undefined || items.length > limit }
}
