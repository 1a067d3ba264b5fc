"""The JSON Schema of project files, made from the model; ``python -m app.document.storage.schema`` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from app.document.model.diagram import Block, Monitor, Note, RunSettings, Scope
from app.document.model.limits import MAX_COORDINATE
from app.document.model.view import PageView
from app.document.storage.reader import FORMAT, VERSION
from blocks.assets import asset

ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]*$"
PIN_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*\.[^\[\]]+(\[[0-9]+\])?$"

_POINT = {
    "type": "array",
    "prefixItems": [{"$ref": "#/$defs/Coordinate"}] * 2,
    "minItems": 2,
    "maxItems": 2,
}


def schema_path() -> Path:
    """Return where the schema lies among the shipped files."""
    return asset("schema", "tblocks.schema.json")


def schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12). Unknown members are allowed everywhere: they are kept."""
    _, parts = msgspec.json.schema_components(
        (Block, Note, Monitor, Scope, RunSettings, PageView), ref_template="#/$defs/{name}"
    )
    for part in parts.values():
        part["properties"].pop("extra", None)
        for member in ("at", "size"):
            if member in part["properties"]:
                part["properties"][member] = {**part["properties"][member], **_POINT}
                part["properties"][member].pop("items", None)
        part["description"] = part["description"].split("\n")[0]
    for name in ("Block", "Note", "Monitor"):
        parts[name]["properties"]["id"]["pattern"] = ID_PATTERN
    parts["Coordinate"] = {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE}
    parts["Wire"] = _wire()
    parts["Page"] = _page()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "TensorBlocks project",
        "type": "object",
        "required": ["format", "version", "pages"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"type": "integer", "minimum": 1, "maximum": VERSION},
            "libraries": {
                "type": "object",
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": {"type": "string"},
            },
            "pages": {"type": "array", "items": {"$ref": "#/$defs/Page"}},
        },
        "$defs": dict(sorted(parts.items())),
    }


def schema_text() -> str:
    """Return the schema as the shipped file holds it."""
    return json.dumps(schema(), indent=2) + "\n"


def _wire() -> dict[str, Any]:
    end = {"type": "string", "pattern": PIN_PATTERN}
    options = {
        "type": "object",
        "properties": {
            "route": {"type": "array", "items": _POINT, "default": []},
            "hidden": {"type": "boolean", "default": False},
            "style": {
                "type": "object",
                "properties": {
                    "color": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
                    "width": {"type": "number"},
                    "dash": {"type": "boolean", "default": False},
                },
            },
        },
    }
    return {
        "description": "From an output pin to an input pin, with options.",
        "type": "array",
        "prefixItems": [end, end, options],
        "minItems": 2,
        "maxItems": 3,
    }


def _page() -> dict[str, Any]:
    array_file = {"type": "object", "properties": {"npz": {"type": "string"}}, "required": ["npz"]}
    snapshot = {
        **array_file,
        "description": "Values of the page's Variables, by block; of which step, and stored when.",
        "properties": {"npz": {"type": "string"}, "step": {"type": "integer"}, "date": {"type": "string"}},
    }
    return {
        "description": "One diagram.",
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "scope": {"$ref": "#/$defs/Scope"},
            "run": {"$ref": "#/$defs/RunSettings"},
            "view": {"$ref": "#/$defs/PageView"},
            "seeds": {
                "description": "Addresses by which random blocks draw, where these are others than their own.",
                "type": "object",
                "additionalProperties": {"type": "string"},
            },
            "blocks": {"type": "array", "items": {"$ref": "#/$defs/Block"}},
            "wires": {"type": "array", "items": {"$ref": "#/$defs/Wire"}},
            "notes": {"type": "array", "items": {"$ref": "#/$defs/Note"}},
            "monitors": {"type": "array", "items": {"$ref": "#/$defs/Monitor"}},
            "snapshots": {"type": "object", "additionalProperties": snapshot},
            "results": {"anyOf": [array_file, {"type": "null"}]},
            "report": {"type": "array", "items": {"type": "string"}},
        },
    }


if __name__ == "__main__":
    schema_path().parent.mkdir(parents=True, exist_ok=True)
    schema_path().write_text(schema_text(), encoding="utf-8", newline="\n")
