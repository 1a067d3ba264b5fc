"""Replacements that name a group which their pattern does not have: nothing is replaced then, and no error is made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_numbers import Array, Look, Names, Odd, only
from blocks.requirement import Actual

_PATTERN, _REWRITE = 1, 2  # the positions of the inputs
# What a bracket in a pattern may be part of without opening a group: a quote, an escape, a class of letters.
_NO_GROUP = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.S)
_GROUP = re.compile(r"\((?!\?)|\(\?P?<")
_BACKSLASH = re.compile(r"\\(.?)", re.S)


def count_groups(pattern: str) -> int:
    """Return how many groups a pattern of RE2 has that a replacement may name."""
    return len(_GROUP.findall(_NO_GROUP.sub("", pattern)))


def fault_of(pattern: str, rewrite: str) -> tuple[Sentence, str] | None:
    """Return what a replacement takes instead, and its part at fault; None where it is good."""
    groups = count_groups(pattern)
    for found in _BACKSLASH.finditer(rewrite):
        if found[1] == "\\":
            continue
        if not found[1].isascii() or not found[1].isdigit():
            return say("needs.digit-behind-backslash"), found[0]
        if int(found[1]) > groups:
            return say("needs.groups", count=groups), found[0]
    return None


def _unreplaced(node: PlanNode, values: Sequence[Any], names: Names) -> Odd | None:
    pattern, rewrite = (_text(value) for value in values)
    found = None if pattern is None or rewrite is None else fault_of(pattern, rewrite)
    if found is None:
        return None
    needs, part = found
    actual, result = Actual(value=part), say("odd.nothing-replaced")
    sentence = say("odd.attr", pin=names[_REWRITE], needs=needs, actual=actual, result=result)
    return Odd(_REWRITE, sentence, needs, actual)


def _text(value: Array | bytes) -> str | None:
    """Return a text that is alone; TensorFlow hands a scalar's over as bytes."""
    one = value if isinstance(value, bytes) else value.item() if value.size == 1 else None
    return one.decode("utf-8", "replace") if isinstance(one, bytes) else None


REWRITE_LOOKS: dict[str, Look] = {"RegexReplace": Look(only(_PATTERN, _REWRITE), _unreplaced)}
