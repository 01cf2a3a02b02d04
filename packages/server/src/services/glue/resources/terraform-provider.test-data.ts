/**
 * Terraform itself with its AWS provider from `mirror`, a folder laid out as a filesystem mirror of providers: apply, an empty
 * second plan, destroy.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { clientEnvironment } from '../../../testing/external-client.ts'
import { startTestServer } from '../../../testing/test-server.ts'

const configuration = `
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}
resource "aws_iam_role" "etl" {
  name = "etl"
  path = "/service-role/"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "glue.amazonaws.com" } }]
  })
}
resource "aws_glue_job" "big" {
  name              = "big"
  role_arn          = aws_iam_role.etl.arn
  glue_version      = "4.0"
  worker_type       = "G.1X"
  number_of_workers = 2
  default_arguments = { "--a" = "b" }
  tags              = { team = "blue" }
  command {
    script_location = "s3://bucket/script.py"
  }
}
resource "aws_glue_job" "plain" {
  name     = "plain"
  role_arn = aws_iam_role.etl.arn
  command {
    script_location = "s3://bucket/script.py"
  }
}
resource "aws_glue_crawler" "crawler" {
  name          = "crawler"
  role          = aws_iam_role.etl.arn
  database_name = "db"
  schedule      = "cron(15 12 * * ? *)"
  tags          = { team = "blue" }
  s3_target {
    path = "s3://bucket/data"
  }
}
resource "aws_glue_trigger" "demand" {
  name = "demand"
  type = "ON_DEMAND"
  actions {
    job_name = aws_glue_job.big.name
  }
}
resource "aws_glue_trigger" "nightly" {
  name     = "nightly"
  type     = "SCHEDULED"
  schedule = "cron(0 1 * * ? *)"
  tags     = { a = "b" }
  actions {
    job_name = aws_glue_job.plain.name
  }
}
resource "aws_glue_trigger" "after" {
  name = "after"
  type = "CONDITIONAL"
  actions {
    job_name = aws_glue_job.plain.name
  }
  predicate {
    conditions {
      job_name = aws_glue_job.big.name
      state    = "SUCCEEDED"
    }
  }
}
resource "aws_glue_dev_endpoint" "endpoint" {
  name     = "endpoint"
  role_arn = aws_iam_role.etl.arn
}
resource "aws_glue_catalog_database" "sales" {
  name         = "sales"
  description  = "orders and returns"
  location_uri = "s3://bucket/sales"
  parameters   = { owner = "ana" }
  tags         = { team = "blue" }
}
resource "aws_glue_catalog_table" "orders" {
  name          = "orders"
  database_name = aws_glue_catalog_database.sales.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { EXTERNAL = "TRUE" }
  partition_keys {
    name = "day"
    type = "date"
  }
  partition_keys {
    name = "country"
    type = "string"
  }
  partition_index {
    index_name = "by_day"
    keys       = ["day"]
  }
  storage_descriptor {
    location      = "s3://bucket/sales/orders"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
      parameters            = { "field.delim" = "," }
    }
    columns {
      name    = "id"
      type    = "bigint"
      comment = "of the order"
    }
    columns {
      name = "total"
      type = "double"
    }
  }
}
resource "aws_glue_catalog_table" "returns" {
  name          = "returns"
  database_name = aws_glue_catalog_database.sales.name
  partition_keys {
    name = "country"
    type = "string"
  }
  storage_descriptor {
    location = "s3://bucket/sales/returns"
  }
  # The provider takes an index that is a resource of its own for a change of the table.
  lifecycle {
    ignore_changes = [partition_index]
  }
}
resource "aws_glue_partition_index" "by_country" {
  database_name = aws_glue_catalog_database.sales.name
  table_name    = aws_glue_catalog_table.returns.name
  partition_index {
    index_name = "by_country"
    keys       = ["country"]
  }
}
resource "aws_glue_partition" "first" {
  database_name    = aws_glue_catalog_database.sales.name
  table_name       = aws_glue_catalog_table.orders.name
  partition_values = ["2026-01-01", "no"]
}
resource "aws_glue_user_defined_function" "trim" {
  name          = "trim_all"
  # The provider reads it from the function's id; left out here, it would differ.
  catalog_id    = "123456789012"
  database_name = aws_glue_catalog_database.sales.name
  class_name    = "com.example.Trim"
  owner_name    = "ana"
  owner_type    = "USER"
  resource_uris {
    resource_type = "JAR"
    uri           = "s3://bucket/trim.jar"
  }
}
resource "aws_glue_connection" "warehouse" {
  name            = "warehouse"
  connection_type = "JDBC"
  connection_properties = {
    JDBC_CONNECTION_URL = "jdbc:postgresql://db.example/sales"
    USERNAME            = "reader"
    PASSWORD            = "secret"
  }
  tags = { team = "blue" }
}
resource "aws_glue_resource_policy" "policy" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "glue:GetTable"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Resource  = "arn:aws:glue:us-east-1:123456789012:*"
    }]
  })
}
resource "aws_glue_data_catalog_encryption_settings" "settings" {
  data_catalog_encryption_settings {
    connection_password_encryption {
      return_connection_password_encrypted = false
    }
    encryption_at_rest {
      catalog_encryption_mode = "DISABLED"
    }
  }
}
resource "aws_glue_classifier" "classifier" {
  name = "classifier"
  json_classifier {
    json_path = "$.a"
  }
}
resource "aws_glue_security_configuration" "security" {
  name = "security"
  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "DISABLED"
    }
    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "DISABLED"
    }
    s3_encryption {
      s3_encryption_mode = "SSE-S3"
    }
  }
}
`

export async function applyPlanDestroy(mirror: string): Promise<void> {
  const server = await startTestServer()
  const folder = mkdtempSync(join(tmpdir(), 'scopedown-terraform-'))
  writeFileSync(join(folder, 'main.tf'), configuration)
  const settings = join(folder, 'cli.tfrc')
  writeFileSync(
    settings,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  )
  const env = { ...clientEnvironment(server.url, server.administrator), TF_CLI_CONFIG_FILE: settings }
  const terraform = (...args: string[]) =>
    new Promise<{ status: number | null; out: string }>((resolve, reject) => {
      const child = spawn('terraform', [...args, '-no-color'], { cwd: folder, env })
      let out = ''
      const keep = (chunk: Buffer) => {
        out += chunk.toString()
      }
      child.stdout.on('data', keep)
      child.stderr.on('data', keep)
      child.on('error', reject)
      child.on('close', (status) => resolve({ status, out }))
    })
  try {
    for (const [command, ...args] of [
      ['init'],
      ['apply', '-auto-approve'],
      // Status 0: nothing to do; 2: a difference.
      ['plan', '-detailed-exitcode'],
      ['destroy', '-auto-approve'],
    ]) {
      const { status, out } = await terraform(command ?? '', ...args)
      expect({ command, status, out: status === 0 ? '' : out }).toEqual({ command, status: 0, out: '' })
    }
    expect(server.log).toEqual([])
  } finally {
    await server.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}
