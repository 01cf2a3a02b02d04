import { describe, expect, it } from 'vitest'
import type { AccountPrincipal } from '../aws/account-details.ts'
import { Decided } from '../views/access/compute.ts'
import type { Place, Reachable } from './reach.ts'
import { CatalogQuestions, folderReachable } from './reachable.ts'

const place: Place = { account: '123456789012', partition: 'aws', region: 'us-east-1', secure: false }

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

function user(name: string, text: string, tags: Record<string, string> = {}, boundary?: string): AccountPrincipal {
  const arn = `arn:aws:iam::123456789012:user/${name}`
  return {
    kind: 'user',
    name,
    arn,
    id: `AIDA${name.toUpperCase()}`,
    tags,
    identity: [{ name: `${arn}#own`, text }],
    boundary: boundary === undefined ? undefined : { name: 'boundary', text: boundary },
  }
}

async function reachOf(principal: AccountPrincipal, resource: Reachable): Promise<number> {
  const decided = new Decided([principal], place)
  await decided.decide([resource])
  return decided.reach(0, resource)
}

const catalog = 'arn:aws:glue:us-east-1:123456789012:catalog'

describe('the reach of a principal', () => {
  const orders = new CatalogQuestions(place, undefined).table('sales', 'orders', { owner: 'ana' })

  it('needs every level of the catalog', async () => {
    const tableOnly = { Effect: 'Allow', Action: 'glue:GetTable', Resource: 'arn:aws:glue:*:*:table/sales/*' }
    const rest = { Effect: 'Allow', Action: 'glue:GetTable', Resource: [catalog, 'arn:aws:glue:*:*:database/sales'] }
    expect(await reachOf(user('ana', policy(tableOnly)), orders)).toBe(0)
    expect(await reachOf(user('ana', policy(tableOnly, rest)), orders)).toBe(1)
  })

  it('follows tags of the principal and of the resource, and variables', async () => {
    const owner = {
      Effect: 'Allow',
      Action: 'glue:*Database',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/owner': '${aws:PrincipalTag/owner}' } },
    }
    const anyCatalog = { Effect: 'Allow', Action: 'glue:*', Resource: catalog }
    const sales = new CatalogQuestions(place, undefined).database('sales', { owner: 'ana' })
    expect(await reachOf(user('ana', policy(owner, anyCatalog), { owner: 'ana' }), sales)).toBe(7)
    expect(await reachOf(user('ana', policy(owner, anyCatalog), { owner: 'ben' }), sales)).toBe(0)
  })

  it('is cut by a boundary and opened by a bucket policy', async () => {
    const folder = folderReachable(place, 'reports', 'ana/', {
      name: 'arn:aws:s3:::reports',
      text: policy({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:user/ana' },
        Action: 's3:DeleteObject',
        Resource: 'arn:aws:s3:::reports/ana/*',
      }),
    })
    const own = policy({ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' })
    const reading = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })
    expect(await reachOf(user('ana', own, {}, reading), folder)).toBe(1 | 4)
    expect(await reachOf(user('ben', own), folder)).toBe(1 | 2)
  })
})

it('decides 100 principals by 1,000 tables, and says how soon', async () => {
  const principals = Array.from({ length: 100 }, (_, index) =>
    user(
      `user-${index}`,
      policy(
        {
          Effect: 'Allow',
          Action: ['glue:Get*', 'glue:UpdateTable'],
          Resource: [catalog, 'arn:aws:glue:*:*:database/*'],
        },
        { Effect: 'Allow', Action: 'glue:Get*', Resource: `arn:aws:glue:*:*:table/db-${index % 10}/*` },
        {
          Effect: 'Allow',
          Action: 'glue:UpdateTable',
          Resource: `arn:aws:glue:*:*:table/*/table-${index}*`,
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'data' } },
        },
        { Effect: 'Deny', Action: 'glue:*', Resource: 'arn:aws:glue:*:*:table/*/secret*' },
      ),
      { team: 'data' },
    ),
  )
  const questions = new CatalogQuestions(place, undefined)
  const tables = Array.from({ length: 1000 }, (_, index) => questions.table(`db-${index % 10}`, `table-${index}`, {}))
  const before = process.cpuUsage()
  const decided = new Decided(principals, place)
  await decided.decide(tables)
  const { user: own, system } = process.cpuUsage(before)
  process.stdout.write(
    `access map, 100 × 1,000: ${Math.round(decided.milliseconds)} ms, ${Math.round((own + system) / 1000)} ms of a core\n`,
  )
  const reach = principals.flatMap((_, row) => tables.map((table) => decided.reach(row, table)))
  expect(reach.filter((value) => value === 1).length).toBeGreaterThan(9000)
  expect(reach.filter((value) => value === 0).length).toBeGreaterThan(80_000)
})
