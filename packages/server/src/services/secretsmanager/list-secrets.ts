/** API reference: ListSecrets. It shows every secret's name to whoever may ask, and no value. */

import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../kernel/requirement.ts'
import { notOffered } from './faults.ts'
import { limits, operation } from './operation.ts'
import { type SecretRow, tagsOfSecret } from './secret-rows.ts'
import { stagesByVersion } from './versions.ts'

const { MaxResults, NextToken } = limits
const defaultSize = 100

type Filter = { readonly Key?: string | undefined; readonly Values?: readonly string[] | undefined }

/** Values are beginnings, one of which must fit; with `!` in front, what must not. */
function fits(filter: Filter, row: SecretRow, tags: ReadonlyMap<string, string>): boolean {
  const texts =
    filter.Key === 'name'
      ? [row.name]
      : filter.Key === 'description'
        ? [row.description ?? '']
        : [...(filter.Key === 'tag-key' ? tags.keys() : tags.values())]
  const begins = (value: string) => texts.some((text) => text.startsWith(value))
  const values = filter.Values ?? []
  const wanted = values.filter((value) => !value.startsWith('!'))
  if (values.some((value) => value.startsWith('!') && begins(value.slice(1)))) return false
  return wanted.length === 0 || wanted.some(begins)
}

const keys = ['name', 'description', 'tag-key', 'tag-value']

function startOf(token: string | undefined): string {
  if (token === undefined) return ''
  const name = Buffer.from(token, 'base64url').toString('utf8')
  if (name === '' || tokenOf(name) !== token) {
    throw new ServiceFault('InvalidNextTokenException', 'The NextToken value is invalid.')
  }
  return name
}

const tokenOf = (name: string): string => Buffer.from(name, 'utf8').toString('base64url')

export const listSecrets = operation('ListSecrets', {
  constraints: { MaxResults, NextToken, Filters: { max: 10 } },
  authorize: () => [requires('secretsmanager:ListSecrets', '*')],
  handle: async ({ input, arn, time }, { store: { db } }) => {
    const { MaxResults: size = defaultSize, IncludePlannedDeletion: planned = false, Filters: filters = [] } = input
    for (const { Key } of filters) if (!keys.includes(Key ?? '')) throw notOffered(`The filter ${Key}`)
    if (input.SortOrder === 'desc' || (input.SortBy ?? 'name') !== 'name')
      throw notOffered('An order other than by name')
    const rows = await db
      .selectFrom('secrets')
      .selectAll()
      .where('account_id', '=', arn.scope.account)
      .where('region', '=', arn.scope.region)
      .where('name', '>', startOf(input.NextToken))
      .orderBy('name')
      .execute()
    const list = []
    let last = ''
    for (const row of rows) {
      if (row.deleted_from !== null && (!planned || row.deleted_from <= time)) continue
      const tags = await tagsOfSecret(db, row.arn)
      if (!filters.every((filter) => fits(filter, row, tags))) continue
      if (list.length === size) return { SecretList: list, NextToken: tokenOf(last) }
      last = row.name
      list.push({
        ARN: row.arn,
        Name: row.name,
        ...(row.description === null ? {} : { Description: row.description }),
        LastChangedDate: new Date(row.changed_at),
        CreatedDate: new Date(row.created_at),
        ...(row.deleted_at === null ? {} : { DeletedDate: new Date(row.deleted_at) }),
        Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
        SecretVersionsToStages: await stagesByVersion(db, row.arn),
      })
    }
    return { SecretList: list }
  },
})
