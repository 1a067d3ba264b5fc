"""The shipped JSON Schema is the model's, and fits what we write."""

import json
import re

from app.document.model.address import ID
from app.document.model.diagram import PinRef
from app.document.storage.reader import loads
from app.document.storage.schema import schema, schema_path, schema_text
from tests.document.storage.test_project_files import EVERYTHING, EXAMPLE


def test_the_shipped_schema_is_current():
    assert schema_path().read_text(encoding="utf-8") == schema_text()


def faults(value, rule, root, where="file"):
    """Return where a value breaks the part of JSON Schema that ours uses; written from the specification."""
    if "$ref" in rule:
        return faults(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root, where)
    if "anyOf" in rule:
        tries = [faults(value, choice, root, where) for choice in rule["anyOf"]]
        return [] if [] in tries else tries[0]
    if "const" in rule and value != rule["const"]:
        return [f"{where}: not {rule['const']!r}"]
    types = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "integer": int,
        "null": type(None),
    }
    expected = rule.get("type")
    if expected == "number":
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    else:
        fits = expected is None or (
            isinstance(value, types[expected]) and (expected == "boolean" or value is not True)
        )
    if not fits:
        return [f"{where}: no {expected}"]
    found = []
    if isinstance(value, str) and "pattern" in rule and not re.search(rule["pattern"], value):
        found.append(f"{where}: {value!r} does not match")
    if isinstance(value, dict):
        found += [f"{where}: {k} is missing" for k in rule.get("required", []) if k not in value]
        properties, others = rule.get("properties", {}), rule.get("additionalProperties", True)
        for key, member in value.items():
            if key in properties:
                found += faults(member, properties[key], root, f"{where}.{key}")
            elif others is False:
                found.append(f"{where}: {key} is not allowed")
            elif isinstance(others, dict):
                found += faults(member, others, root, f"{where}.{key}")
    if isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", 10**9):
            found.append(f"{where}: {len(value)} items")
        first = rule.get("prefixItems", [])
        for i, member in enumerate(value):
            of_item = first[i] if i < len(first) else rule.get("items", {})
            found += faults(member, of_item or {}, root, f"{where}[{i}]")
    return found


def test_files_that_we_write_fit_the_schema():
    for text in (EXAMPLE, EVERYTHING):
        assert faults(json.loads(text), schema(), schema()) == []


def test_the_schema_refuses_what_the_reader_refuses_or_reports():
    broken = [
        ('"version": 1', '"version": "1"'),
        ('"at": [60, 240]', '"at": [60]'),
        ('"at": [60, 240]', '"at": [60, true]'),
        ('"id": "read"', '"id": "read it"'),
        ('"symbol": "ReadFile", ', ""),
        ('"filename": "digit.png"', '"filename": {"npz": "x"}'),
        ('"filename": "digit.png"', '"filename": null'),
        ('["read.contents", "decode.contents"]', '["read", "decode.contents"]'),
        ('["read.contents", "decode.contents"]', '["read.contents"]'),
        ('"seed": null', '"seed": "x"'),
        ('"steps": 1', '"steps": "many"'),
    ]
    for old, new in broken:
        assert old in EXAMPLE
        assert faults(json.loads(EXAMPLE.replace(old, new, 1)), schema(), schema())


def test_the_schema_names_every_member_that_the_reader_knows():
    problems = [p for found in loads(EVERYTHING).problems.values() for p in found]
    unknown = {p.sentence["key"] for p in problems}
    defs = schema()["$defs"]
    known = {k for d in defs.values() for k in d.get("properties", {})}
    (page, _) = json.loads(EVERYTHING)["pages"]
    for key in page:
        assert (key in known) != (key in unknown)
    assert "extra" not in known


def test_the_schema_s_patterns_are_the_model_s():
    pattern = re.compile(schema()["$defs"]["Block"]["properties"]["id"]["pattern"])
    for text in ("a", "A-1_b", "-a", "_a", "", "a b", "é"):
        assert bool(pattern.search(text)) == bool(ID.match(text))
    end = re.compile(schema()["$defs"]["Wire"]["prefixItems"][0]["pattern"])
    for text in ("a.b", "a.b[3]", "a", "a.", ".b", "a.b[x]", "a.b[1][2]", "a.b.c", "a.한글"):
        try:
            parses = bool(PinRef.parse(text))
        except ValueError:
            parses = False
        assert bool(end.search(text)) == parses
