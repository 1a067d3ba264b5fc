"""Reads single members of JSON objects with their types checked; a fault knows its JSON path."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from app.document.model.limits import MAX_COORDINATE, MAX_NAME, MAX_SIZE
from app.document.model.problems import Problem, warning
from app.document.model.sentence import Explained, Sentence, say
from app.document.storage.json_text import check_plain

Value = TypeVar("Value")


class Wrong(Explained):
    """A member has a wrong type. ``path`` grows on the way out."""

    def __init__(self, path: str, reason: Sentence) -> None:
        super().__init__(reason)
        self.path = path

    def inside(self, outer: str) -> Wrong:
        """Return the same fault seen from the object that holds it."""
        joint = "." if self.path and not self.path.startswith("[") else ""
        return type(self)(outer + joint + self.path, self.sentence)


class OutOfBounds(Wrong):
    """A number is of the right type and too large to be used; its entry can be kept in the file."""


def inside(path: str, read: Callable[[Any], Value], raw: Any) -> Value:
    try:
        return read(raw)
    except Wrong as fault:
        raise fault.inside(path) from None


def check_object(raw: Any) -> None:
    if type(raw) is not dict:
        raise Wrong("", say("json.expected-object", found=kind_name(raw)))


def text_of(raw: dict[str, Any], key: str, default: str | None) -> str:
    value = raw.get(key, default)
    if type(value) is str:
        return value
    if value is None and key not in raw:
        raise Wrong(key, say("json.missing", key=key))
    raise Wrong(key, say("json.expected-text", found=kind_name(value)))


def name_of(raw: dict[str, Any], key: str, default: str | None = None) -> str:
    """Return a text that names something, which is never long."""
    name = text_of(raw, key, default)
    if len(name) > MAX_NAME:
        raise OutOfBounds(key, say("json.long-name", count=len(name), most=MAX_NAME))
    return name


def names_of(raw: dict[str, Any], key: str) -> list[str]:
    """Return a list of texts that name something."""
    names = texts_of(raw, key)
    for i, name in enumerate(names):
        if len(name) > MAX_NAME:
            raise OutOfBounds(f"{key}[{i}]", say("json.long-name", count=len(name), most=MAX_NAME))
    return names


def texts_of(raw: dict[str, Any], key: str) -> list[str]:
    values = list_of(raw, key)
    for i, value in enumerate(values):
        if type(value) is not str:
            raise Wrong(f"{key}[{i}]", say("json.expected-text", found=kind_name(value)))
    return values


def flag_of(raw: dict[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if type(value) is not bool:
        raise Wrong(key, say("json.expected-flag", found=kind_name(value)))
    return value


def whole_of(raw: dict[str, Any], key: str, default: int) -> int:
    value = raw.get(key, default)
    if type(value) is not int:
        raise Wrong(key, say("json.expected-whole", found=kind_name(value)))
    return value


def number_of(raw: dict[str, Any], key: str, default: float) -> float:
    value = raw.get(key, default)
    if type(value) not in (int, float) or not math.isfinite(value):
        raise Wrong(key, say("json.expected-number", found=kind_name(value)))
    return value


def list_of(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    if type(value) is list:
        return value
    if value is None and key not in raw:
        return []
    raise Wrong(key, say("json.expected-list", found=kind_name(value)))


def size_of(raw: dict[str, Any], key: str, default: tuple[float, float]) -> tuple[float, float]:
    """Return width and height (scene units)."""
    return point_of(raw, key, default, MAX_SIZE)


def point_of(
    raw: dict[str, Any], key: str, default: tuple[float, float], most: float = MAX_COORDINATE
) -> tuple[float, float]:
    """Return two numbers (scene units), of at most ``most`` either way."""
    value = raw.get(key, default)
    if value is default:
        return default
    if type(value) is not list or len(value) != 2 or not all(type(v) in (int, float) for v in value):
        raise Wrong(key, say("json.expected-point", found=kind_name(value)))
    if not all(-most <= v <= most for v in value):
        raise OutOfBounds(key, say("json.coordinates", low=-most, high=most))
    return value[0], value[1]


def object_of(raw: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object whose members are the reader's own business."""
    value = raw.get(key, {})
    if type(value) is not dict:
        raise Wrong(key, say("json.expected-object", found=kind_name(value)))
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


def unknown_keys(extra: dict[str, Any], owner: Sentence | str, block: str | None = None) -> list[Problem]:
    """Return one problem per unknown key."""
    if block:
        owner = say("json.owner-block", owner=owner, block=block)
    return [warning("unknown-key", say("json.unknown-key", owner=owner, key=k), block) for k in extra]


def kind_name(value: Any) -> Sentence | str:
    """Return what a JSON value is, as a sentence names it."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is str:
        return say("json.a-text")
    if type(value) in (int, float):
        return say("json.a-number")
    return say("json.a-list") if type(value) is list else say("json.an-object")
