"""boto3 against the catalog: pages, batches, expressions, faults; prints one JSON object of what came of it."""

import json
import sys

import boto3

glue = boto3.client("glue")
seen: dict = {}
glue.create_database(DatabaseInput={"Name": "Sales", "Parameters": {"k": "v"}}, Tags={"team": "blue"})
seen["tags"] = glue.get_tags(ResourceArn="arn:aws:glue:us-east-1:123456789012:database/sales")["Tags"]
keys = [{"Name": "year", "Type": "int"}, {"Name": "region", "Type": "string"}]
for name in ("Orders", "returns"):
    glue.create_table(
        DatabaseName="sales",
        TableInput={
            "Name": name,
            "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "bigint"}], "Location": "s3://b/p/"},
            "PartitionKeys": keys,
        },
    )
pages = glue.get_paginator("get_tables").paginate(DatabaseName="sales", PaginationConfig={"PageSize": 1})
seen["tables"] = [table["Name"] for page in pages for table in page["TableList"]]
at = {"DatabaseName": "sales", "TableName": "orders"}
values = [[str(year), region] for year in (9, 2023, 2024) for region in ("eu", "us")]
created = glue.batch_create_partition(**at, PartitionInputList=[{"Values": value} for value in values])
seen["errors"] = created.get("Errors", [])
pages = glue.get_paginator("get_partitions").paginate(
    **at, Expression="year > 10 AND region LIKE 'e%'", PaginationConfig={"PageSize": 1}
)
seen["partitions"] = [partition["Values"] for page in pages for partition in page["Partitions"]]
version = glue.get_table(DatabaseName="sales", Name="orders")["Table"]["VersionId"]
update = {"Name": "orders", "PartitionKeys": keys, "Description": "new"}
glue.update_table(DatabaseName="sales", TableInput=update, VersionId=version, SkipArchive=True)
try:
    glue.update_table(DatabaseName="sales", TableInput=update, VersionId=version)
except glue.exceptions.ConcurrentModificationException as fault:
    seen["conflict"] = fault.response["Error"]["Code"]
for call, wanted in (
    (lambda: glue.get_table(DatabaseName="sales", Name="absent"), "EntityNotFoundException"),
    (lambda: glue.create_database(DatabaseInput={"Name": "SALES"}), "AlreadyExistsException"),
    (lambda: glue.get_partitions(**at, Expression="nope = 1"), "InvalidInputException"),
):
    try:
        call()
    except glue.exceptions.ClientError as fault:
        seen[wanted] = fault.response["Error"]["Message"]
glue.delete_database(Name="sales")
seen["databases"] = [database["Name"] for database in glue.get_databases()["DatabaseList"]]
json.dump(seen, sys.stdout)
