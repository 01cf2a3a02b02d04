"""What a person does with PyIceberg's GlueCatalog, step by step; prints one JSON object of what came of it."""

import json
import os
import sys
import tempfile

from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NamespaceNotEmptyError, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField, StringType

seen: dict = {}
with tempfile.TemporaryDirectory() as warehouse:
    catalog = GlueCatalog("glue", **{"glue.endpoint": os.environ["AWS_ENDPOINT_URL"], "warehouse": f"file://{warehouse}"})
    schema = Schema(
        NestedField(1, "id", LongType(), required=True),
        NestedField(2, "name", StringType(), required=False),
    )
    catalog.create_namespace("lake", {"comment": "made by PyIceberg"})
    seen["namespaces"] = [".".join(namespace) for namespace in catalog.list_namespaces()]
    seen["properties"] = catalog.load_namespace_properties("lake").get("comment")
    table = catalog.create_table("lake.events", schema)
    seen["columns"] = [field.name for field in table.schema().fields]
    try:
        catalog.create_table("lake.events", schema)
    except TableAlreadyExistsError:
        seen["twice"] = "TableAlreadyExistsError"
    stale = catalog.load_table("lake.events")
    with table.update_schema() as update:
        update.add_column("day", StringType())
    seen["evolved"] = [field.name for field in catalog.load_table("lake.events").schema().fields]
    # Begun before the change above: PyIceberg meets the conflict, reads again and commits on top of it.
    with stale.transaction() as transaction:
        transaction.set_properties(late="yes")
    merged = catalog.load_table("lake.events")
    seen["merged"] = [merged.properties.get("late"), len(merged.schema().fields)]
    seen["tables"] = [".".join(name) for name in catalog.list_tables("lake")]
    seen["exists"] = catalog.table_exists("lake.events")
    catalog.rename_table("lake.events", "lake.renamed")
    seen["renamed"] = [".".join(name) for name in catalog.list_tables("lake")]
    try:
        catalog.drop_namespace("lake")
    except NamespaceNotEmptyError:
        seen["full"] = "NamespaceNotEmptyError"
    catalog.drop_table("lake.renamed")
    try:
        catalog.load_table("lake.renamed")
    except NoSuchTableError:
        seen["dropped"] = "NoSuchTableError"
    catalog.drop_namespace("lake")
    seen["left"] = [".".join(namespace) for namespace in catalog.list_namespaces()]
json.dump(seen, sys.stdout)
