"""Writes packages/server/src/services/glue/constraints.json: the lengths, ranges, patterns and enumerations of Glue's model,
which the JavaScript SDK's schemas leave out. Source: the service model glue-2017-03-31 in botocore (Apache-2.0).
Run with any python3 that has botocore; the result is committed."""

import json
import pathlib
import re

import botocore
import botocore.loaders

model = botocore.loaders.Loader().load_service_model("glue", "service-2")
shapes = model["shapes"]
table: list[dict] = []
index: dict[str, int] = {}
DEPTH = 9


def translate(pattern: str) -> str:
    """Java's notation to JavaScript's with the `u` flag, over the whole text; a repeated group of one class loses its parentheses."""
    text = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\u{10000}-\u{10FFFF}")
    text = re.sub(r"^\((\[[^\]]*\])\)\*$", r"\1*", text)
    text = {
        "[a-zA-Z0-9-_$#.]+": "[a-zA-Z0-9_$#.\\-]+",
        "[a-zA-Z0-9+-=._./@]+": "[a-zA-Z0-9+\\-=._/@]+",
        "[-a-zA-Z0-9+=/:_]*": "[\\-a-zA-Z0-9+=/:_]*",
        "[A-Za-z0-9_-]*": "[A-Za-z0-9_\\-]*",
        "^[A-Z\\_]+$": "[A-Z_]+",
        "^(https?)://[-a-zA-Z0-9+&@#/%?=~_|!:,.;]*[-a-zA-Z0-9+&@#/%=~_|]": "(https?)://[\\-a-zA-Z0-9+&@#/%?=~_|!:,.;]*[\\-a-zA-Z0-9+&@#/%=~_|]",
        "[\\.\\-_A-Za-z0-9]+": "[.\\-_A-Za-z0-9]+",
    }.get(text, text)
    return text


def constraint(shape: dict) -> int | None:
    found: dict = {}
    for ours, theirs in (("min", "min"), ("max", "max")):
        if theirs in shape:
            found[ours] = shape[theirs]
    if "pattern" in shape:
        found["pattern"] = translate(shape["pattern"])
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


def walk(path: str, name: str, seen: frozenset, out: dict) -> None:
    shape = shapes[name]
    found = constraint(shape)
    if found is not None and path:
        out[path] = found
    if name in seen or len(seen) > DEPTH:
        return
    seen = seen | {name}
    if shape["type"] == "structure":
        for member, target in shape["members"].items():
            walk(f"{path}.{member}" if path else member, target["shape"], seen, out)
    elif shape["type"] == "list":
        walk(f"{path}.*", shape["member"]["shape"], seen, out)
    elif shape["type"] == "map":
        walk(f"{path}.key", shape["key"]["shape"], seen, out)
        walk(f"{path}.*", shape["value"]["shape"], seen, out)


operations: dict[str, dict] = {}
for operation, spec in sorted(model["operations"].items()):
    members: dict = {}
    if "input" in spec:
        walk("", spec["input"]["shape"], frozenset(), members)
    if members:
        operations[operation] = members

target = pathlib.Path(__file__).parent.parent / "packages/server/src/services/glue/constraints.json"
lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(members)}" for name, members in operations.items())
rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=True)}" for row in table)
source = f"service model glue-2017-03-31, botocore {botocore.__version__}, Apache-2.0; written by scripts/glue-constraints.py"
target.write_text(f'{{"source": {json.dumps(source)},\n"table": [\n{rows}\n],\n"operations": {{\n{lines}\n}}}}\n')
