"""Says of numbers with ``,`` and ``;`` between them that they make one row: rows or decimals may be meant."""

from __future__ import annotations

import re

from app.document.literals.types import Literal
from app.document.model.fix import write
from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from blocks.dtypes import DTYPES
from blocks.requirement import Actual

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?[fF]?")
_DECIMAL = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?[fF]?")


def mixed_marks(pin: str, text: str, value: Literal) -> tuple[Problem, ...]:
    """Return what is said of equally long groups of numbers, as ``{1,5;2,5}``, which read as one row."""
    groups = [] if DTYPES[value.dtype].kind == "string" else _groups(text)
    if len(groups) < 2 or len({group.count(",") for group in groups}) > 1:
        return ()
    rows, decimals = f"{{{','.join(f'{{{group}}}' for group in groups)}}}", None
    if all(_DECIMAL.fullmatch(group) for group in groups) and DTYPES[value.dtype].kind in ("int", "float"):
        decimals = f"{{{','.join(group.replace(',', '.') for group in groups)}}}"
    sentence = say("pin.mixed-marks", text=text.strip(), shape=value.shape)
    hint = say("hint.rows", rows=rows)
    if decimals is not None:
        hint = say("hint.rows-or-decimals", rows=rows, decimals=decimals)
    fixes = tuple(write(pin, new) for new in (rows, decimals) if new is not None)
    return (
        warning("bad-literal", sentence, None, pin, actual=Actual(shape=value.shape), hint=hint, fixes=fixes),
    )


def _groups(text: str) -> list[str]:
    """Return the groups of two numbers or more between ``;``, without spaces; none where there is anything else."""
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    found = []
    for group in inner.split(";"):
        numbers = [number.strip() for number in group.split(",")]
        if len(numbers) < 2 or not all(map(_NUMBER.fullmatch, numbers)):
            return []
        found.append(",".join(numbers))
    return found
