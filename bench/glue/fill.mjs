/** Fills a server's database directly, for what would take hours through the API: same rows, same keys, same ids. */

import { DatabaseSync } from '@photostructure/sqlite'
import { columnType } from '../../packages/server/dist/services/glue/catalog/partition/column-type.js'
import { bucketOf, sortKey } from '../../packages/server/dist/services/glue/catalog/partition/sort-key.js'

const scope = '123456789012/us-east-1'
const columns = Array.from({ length: 20 }, (_, index) => ({ Name: `column_${index}`, Type: 'string', Comment: 'text' }))
export const keys = [
  { Name: 'day', Type: 'date' },
  { Name: 'hour', Type: 'int' },
  { Name: 'shard', Type: 'string' },
]
export const storage = {
  Columns: columns,
  Location: 's3://bucket/prefix/',
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', Parameters: { a: 'b' } },
}

export function openDatabase(file) {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA synchronous = OFF')
  return db
}

/** `perDatabase` tables in each of so many databases, numbered from `first`. */
export function fillTables(db, first, databases, perDatabase) {
  const database = db.prepare('insert into glue_databases (id, scope, name, body, created_at) values (?, ?, ?, ?, ?)')
  const table = db.prepare(
    `insert into glue_tables (id, database_id, scope, database_name, name, version, body, created_by, created_at, updated_at)
     values (?, ?, ?, ?, ?, 0, ?, 'filled', 0, 0)`,
  )
  db.exec('begin')
  for (let d = first; d < first + databases; d += 1) {
    const name = `db${d}`
    database.run(d + 1, scope, name, JSON.stringify({ Name: name }), 0)
    for (let t = 0; t < perDatabase; t += 1) {
      const body = JSON.stringify({ Name: `t${t}`, StorageDescriptor: storage, PartitionKeys: keys })
      table.run(1_000_000 + d * 100_000 + t, d + 1, scope, name, `t${t}`, body)
    }
  }
  db.exec('commit')
}

/** Partitions of `db0.t0`, those numbered from `first` to `end`: every hour of every day has ten shards. */
export function fillPartitions(db, first, end) {
  const partitionKeys = keys.map(({ Name, Type }) => ({ name: Name, declared: Type, type: columnType(Type) }))
  const insert = db.prepare(
    `insert into glue_partitions (table_id, sort_key, values_json, bucket, body, created_at) values (?, ?, ?, ?, ?, 0)`,
  )
  const body = JSON.stringify({ StorageDescriptor: { ...storage, Columns: columns.slice(0, 3) } })
  db.exec('begin')
  for (let n = first; n < end; n += 1) {
    const values = partitionValues(n)
    insert.run(1_000_000, sortKey(values, partitionKeys), JSON.stringify(values), bucketOf(values), body)
  }
  db.exec('commit')
}

export function partitionValues(n) {
  const day = new Date(Date.UTC(2010, 0, 1) + Math.floor(n / 240) * 86_400_000).toISOString().slice(0, 10)
  return [day, String(Math.floor(n / 10) % 24), `shard-${n % 10}`]
}
