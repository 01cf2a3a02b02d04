"""Writes packages/server/src/services/transfer/constraints.json: the lengths, ranges, patterns and enumerations of Transfer
Family's model, which the JavaScript SDK's schemas leave out. Source: the service model transfer-2018-11-05 in botocore
(Apache-2.0). Run with any python3 that has botocore; the result is committed."""

import json
import pathlib

import botocore
import botocore.loaders

model = botocore.loaders.Loader().load_service_model("transfer", "service-2")
shapes = model["shapes"]
OPERATIONS = [
    *(f"{verb}{noun}" for noun in ("Server", "User", "Access") for verb in ("Create", "Update", "Describe", "Delete")),
    *("ListServers", "ListUsers", "ListAccesses", "ListHostKeys", "ListSecurityPolicies", "ListTagsForResource"),
    *("StartServer", "StopServer", "ImportSshPublicKey", "DeleteSshPublicKey", "TestIdentityProvider"),
    *("ImportHostKey", "DescribeHostKey", "UpdateHostKey", "DeleteHostKey", "DescribeSecurityPolicy"),
    *("TagResource", "UntagResource"),
]
# Java's notation to JavaScript's with the `u` flag.
TRANSLATED = {
    r"[\w][\w@.-]{2,99}": r"\w[\w@.\-]{2,99}",
    r"[\p{Print}]*": r"[\x20-\x7E]*",
    r"S-1-[\d-]+": r"S-1-[\d\-]+",
    r"[0-9a-fA-F\.\:]+": r"[0-9a-fA-F.:]+",
}
table: list[dict] = []
index: dict[str, int] = {}


def constraint(shape: dict) -> int | None:
    found = {name: shape[name] for name in ("min", "max") if name in shape}
    if "pattern" in shape:
        found["pattern"] = TRANSLATED.get(shape["pattern"], shape["pattern"])
        found["patternText"] = shape["pattern"]
    if "enum" in shape:
        found["oneOf"] = shape["enum"]
    if not found:
        return None
    key = json.dumps(found, sort_keys=True)
    if key not in index:
        index[key] = len(table)
        table.append(found)
    return index[key]


def walk(path: str, name: str, out: dict) -> None:
    shape = shapes[name]
    found = constraint(shape)
    if found is not None and path:
        out[path] = found
    for member, target in shape.get("members", {}).items():
        walk(f"{path}.{member}" if path else member, target["shape"], out)
    if shape["type"] == "list":
        walk(f"{path}.*", shape["member"]["shape"], out)


operations: dict[str, dict] = {}
for operation in sorted(OPERATIONS):
    members: dict = {}
    walk("", model["operations"][operation]["input"]["shape"], members)
    operations[operation] = members

target = pathlib.Path(__file__).parent.parent / "packages/server/src/services/transfer/constraints.json"
lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(members)}" for name, members in operations.items())
rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=True)}" for row in table)
version = f"service model transfer-2018-11-05, botocore {botocore.__version__}, Apache-2.0"
source = f"{version}; written by scripts/transfer-constraints.py"
target.write_text(f'{{"source": {json.dumps(source)},\n"table": [\n{rows}\n],\n"operations": {{\n{lines}\n}}}}\n')
