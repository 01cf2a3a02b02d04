/** IAM's lists, a page at a time. IAM API Reference: `Marker`, `MaxItems`, `IsTruncated`. */

import type { Client } from './client.ts'
import type { FetchPage } from './paged.ts'
import { membersOf, textOf } from './xml.ts'

/** `list`: the member of the answer that holds the items. */
export const iamPages =
  (
    client: Client,
    action: string,
    list: string,
    parameters: Readonly<Record<string, string | undefined>> = {},
  ): FetchPage<Element> =>
  async (Marker) => {
    const page = await client.query('iam', action, { MaxItems: '100', ...parameters, Marker })
    const next = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'Marker') : undefined
    return { items: membersOf(page, list), next }
  }
