"""Families of dtypes, as the canvas colours them (no Qt): a wire's family by its tensor's type or its pin's kind."""

from __future__ import annotations

from typing import Literal

from blocks.dtypes import BY_LABEL

Family = Literal["float", "int", "uint", "bool", "string", "complex", "handle", "operation"]
# In the legend's order, with the words there.
FAMILIES: dict[Family, str] = {
    "float": "float",
    "int": "integer",
    "uint": "unsigned integer",
    "bool": "bool",
    "string": "string",
    "complex": "complex",
    "handle": "resource, handle",
    "operation": "operation, no value",
}
_OF_KIND: dict[str, Family] = {
    "float": "float", "int": "int", "qint": "int", "uint": "uint", "quint": "uint", "bool": "bool",
    "string": "string", "complex": "complex", "handle": "handle",
}  # fmt: skip


def family_of(dtype: str | None, kind: str | None) -> Family | None:
    """Return the family of a dtype (NumPy's name), or of an output's kind where it has no dtype; else None."""
    if dtype is not None and dtype in BY_LABEL:
        return _OF_KIND[BY_LABEL[dtype].kind]
    return "operation" if kind == "operation" else None
