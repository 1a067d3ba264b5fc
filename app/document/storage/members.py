"""Reads single members of JSON objects with their types checked; a fault knows its JSON path."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from app.document.model.problems import Problem, warning
from app.document.storage.json_text import check_plain

MAX_COORDINATE = 1e9  # scene units; beyond, drawing loses whole pixels

Value = TypeVar("Value")


class Wrong(Exception):
    """A member has a wrong type. ``path`` grows on the way out."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message

    def inside(self, outer: str) -> Wrong:
        """Return the same fault seen from the object that holds it."""
        joint = "." if self.path and not self.path.startswith("[") else ""
        return Wrong(outer + joint + self.path, self.message)


def inside(path: str, read: Callable[[Any], Value], raw: Any) -> Value:
    try:
        return read(raw)
    except Wrong as fault:
        raise fault.inside(path) from None


def check_object(raw: Any) -> None:
    if type(raw) is not dict:
        raise Wrong("", f"expected an object, found {kind_name(raw)}")


def text_of(raw: dict[str, Any], key: str, default: str | None) -> str:
    value = raw.get(key, default)
    if type(value) is str:
        return value
    if value is None and key not in raw:
        raise Wrong(key, f"{key} is missing")
    raise Wrong(key, f"expected a text, found {kind_name(value)}")


def texts_of(raw: dict[str, Any], key: str) -> list[str]:
    values = list_of(raw, key)
    for i, value in enumerate(values):
        if type(value) is not str:
            raise Wrong(f"{key}[{i}]", f"expected a text, found {kind_name(value)}")
    return values


def flag_of(raw: dict[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if type(value) is not bool:
        raise Wrong(key, f"expected true or false, found {kind_name(value)}")
    return value


def whole_of(raw: dict[str, Any], key: str, default: int) -> int:
    value = raw.get(key, default)
    if type(value) is not int:
        raise Wrong(key, f"expected a whole number, found {kind_name(value)}")
    return value


def number_of(raw: dict[str, Any], key: str, default: float) -> float:
    value = raw.get(key, default)
    if type(value) not in (int, float) or not math.isfinite(value):
        raise Wrong(key, f"expected a number, found {kind_name(value)}")
    return value


def list_of(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    if type(value) is list:
        return value
    if value is None and key not in raw:
        return []
    raise Wrong(key, f"expected a list, found {kind_name(value)}")


def point_of(raw: dict[str, Any], key: str, default: tuple[float, float]) -> tuple[float, float]:
    """Return two numbers (scene units)."""
    value = raw.get(key, default)
    if value is default:
        return default
    if type(value) is not list or len(value) != 2 or not all(type(v) in (int, float) for v in value):
        raise Wrong(key, f"expected two numbers, found {kind_name(value)}")
    if not all(-MAX_COORDINATE <= v <= MAX_COORDINATE for v in value):
        raise Wrong(key, f"the numbers must lie between {-MAX_COORDINATE:g} and {MAX_COORDINATE:g}")
    return value[0], value[1]


def object_of(raw: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object whose members are the reader's own business."""
    value = raw.get(key, {})
    if type(value) is not dict:
        raise Wrong(key, f"expected an object, found {kind_name(value)}")
    wrong = check_plain(value) if value else None
    if wrong:
        raise Wrong(key, wrong)
    return value


def extra_of(raw: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Return the members that the format does not know, in file order."""
    if raw.keys() <= known:
        return {}
    extra = {k: v for k, v in raw.items() if k not in known}
    wrong = check_plain(extra)
    if wrong:
        raise Wrong("", wrong)
    return extra


def unknown_keys(extra: dict[str, Any], owner: str, block: str | None = None) -> list[Problem]:
    """Return one problem per unknown key."""
    who = f'{owner}, "{block}"' if block else owner
    return [warning("unknown-key", f'{who}: the key "{k}" is not known; it is kept', block) for k in extra]


def kind_name(value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
