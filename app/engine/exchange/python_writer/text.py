"""Expressions and statements of Python, laid out as the formatters of Python lay them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH = 88
_INDENT = "    "


class Group(NamedTuple):
    """Brackets around items: a call (``head`` is ``tf.add(``), a list, a dict.

    ``together``: the items may share a line of their own, as the arguments of a call do. ``open``: each item has a
    line of its own even where all would fit. ``packed``: the items fill their lines, out of the formatter's reach.
    """

    head: str
    items: tuple[Item, ...]
    tail: str
    together: bool = False
    open: bool = False
    packed: bool = False


class Named(NamedTuple):
    """A value with what stands before it: ``axis=`` or ``"loss.output": ``."""

    name: str
    value: Expression


Expression = str | Group
Item = Expression | Named


def call(function: str, *arguments: Item) -> Group:
    """Return a call of a function."""
    return Group(f"{function}(", arguments, ")", together=True)


def listing(items: Iterable[Item]) -> Group:
    """Return a list."""
    return Group("[", tuple(items), "]")


def flat(expression: Item) -> str:
    """Return an expression on one line."""
    if isinstance(expression, Named):
        return expression.name + flat(expression.value)
    if isinstance(expression, str):
        return expression
    return expression.head + ", ".join(map(flat, expression.items)) + expression.tail


def fits(text: str, level: int = 0) -> bool:
    """Return whether a line is short enough."""
    return len(_INDENT) * level + len(text) <= WIDTH


def statement(before: str, expression: Item, after: str = "", level: int = 0) -> list[str]:
    """Return the lines of ``before expression after``, such as ``x = `` and a call."""
    if isinstance(expression, Named):
        return statement(before + expression.name, expression.value, after, level)
    whole = f"{before}{flat(expression)}{after}"
    must_open = _must_open(expression)
    if isinstance(expression, str) or not expression.items or (fits(whole, level) and not must_open):
        return [_INDENT * level + whole]
    first, last = f"{before}{expression.head}", f"{expression.tail}{after}"
    if expression.packed:
        body = _packed(expression.items, level + 1)
    else:
        inside = ", ".join(map(flat, expression.items))
        if expression.together and not must_open and fits(inside, level + 1):
            body = [_INDENT * (level + 1) + inside]
        else:
            comma = "" if expression.together and len(expression.items) == 1 else ","
            body = [line for item in expression.items for line in statement("", item, comma, level + 1)]
    return [_INDENT * level + first, *body, _INDENT * level + last]


def below(before: str, folder: str, path: str | None) -> list[str]:
    """Return the lines of ``before folder / path``, in brackets where one line is too short."""
    whole = folder if path is None else f"{folder} / {path}"
    if path is None or fits(before + whole):
        return [before + whole]
    inner = [whole] if fits(whole, 1) else [folder, f"/ {path}"]
    return [f"{before}(", *indented(inner), ")"]


def _must_open(expression: Item) -> bool:
    """Return whether an expression cannot stand on one line however short it is."""
    if isinstance(expression, Named):
        return _must_open(expression.value)
    if isinstance(expression, str):
        return False
    return expression.open or expression.packed or any(map(_must_open, expression.items))


def is_packed(expression: Item) -> bool:
    """Return whether an expression holds lines that the formatter would lay out otherwise."""
    if isinstance(expression, Named):
        return is_packed(expression.value)
    return not isinstance(expression, str) and (expression.packed or any(map(is_packed, expression.items)))


def _packed(items: Sequence[Item], level: int) -> list[str]:
    """Fill lines with items."""
    lines: list[str] = []
    for item in items:
        text = f"{flat(item)},"
        if lines and fits(f"{lines[-1]} {text}"):
            lines[-1] += f" {text}"
        else:
            lines.append(_INDENT * level + text)
    return lines


def comment(text: str, level: int = 0) -> list[str]:
    """Return a text as comment lines."""
    return wrapped(text, level, "# ")


def wrapped(text: str, level: int = 0, before: str = "") -> list[str]:
    """Return the lines of a text, broken between words; no line of it ends in blanks."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = before.rstrip()
        for word in paragraph.split():
            longer = f"{line} {word}" if line.strip() and line != before else f"{before}{word}"
            if line.strip("# ") and not fits(longer, level):
                lines.append(_INDENT * level + line)
                longer = before + word
            line = longer
        lines.append((_INDENT * level + line).rstrip())
    return lines


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    """Return lines so many levels deeper; empty ones stay empty."""
    return [_INDENT * levels + line if line else line for line in lines]
