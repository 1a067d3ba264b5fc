r"""Literals: the text typed into a tensor pin, read to a tensor without NumPy or TensorFlow.

The grammar is ``tensor = scalar | "{" [tensor {"," tensor}] "}"``, rectangular; ``{}`` has shape [0].
Beyond it:

* Without braces ``1;2;3`` and ``1,2,3`` are one-dimensional, also with a last separator (``1;2;`` has two
  elements, ``1;`` one). ``;`` separates numbers within braces as well.
* Numbers may have blanks after their sign and the suffix ``f``; an integer dtype takes ``3.0`` and ``1e3``,
  a numeric dtype ``true`` as 1 and ``"2"`` as 2, BOOL 1 and 0. ``nan``, ``inf`` and ``infinity`` may be in
  capitals or end in ``f``.
* A string that begins with a quote ends at the next quote; \" and \\ are the only escapes, any other
  backslash stays. A string without quotes goes on to the next ``,`` or brace, outside all braces also to
  the next ``;``; it is trimmed, and \\ in it is one backslash. Strings are UTF-8 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from app.document.literals.scalars import ScalarFault, convert, integer_range
from app.document.literals.scanner import Scan, scalar_position, scan_numbers, scan_strings, split_top_level
from app.document.literals.types import Literal, LiteralError
from app.document.model.sentence import say
from blocks.dtypes import DTYPES, DType

CACHED_LENGTH = 500  # characters; longer texts are read each time
_BOOL_WORD = re.compile(r"\b(?:true|TRUE|True|false|FALSE|False)\b")
_FLOAT_SUFFIX = re.compile(r"[0-9.][fF]\b|\b(?:inf|infinity|nan)f\b", re.IGNORECASE)
_DOUBLE_MARK = re.compile(r"\.|[0-9][eE]|\b(?:inf|infinity|nan)\b", re.IGNORECASE)


def parse_literal(text: str, dtype: str | None = None) -> Literal:
    """Read one tensor.

    ``dtype`` is a DT_ name (a ``_REF`` name counts as its base); None takes the dtype from the text, see
    ``guess_dtype``. The values come flat and row-major: int, float, complex, bool or, for DT_STRING, bytes;
    floats are rounded to the dtype. Raises LiteralError with the position where the text goes wrong.
    """
    return _parse_cached(text, dtype) if len(text) <= CACHED_LENGTH else _parse(text, dtype)


def parse_literal_list(
    text: str, dtypes: Sequence[str | None] | str | None = None, *, one_dtype: bool = True
) -> list[Literal]:
    """Read the tensors of a list pin: the text is split at each ``,`` or ``;`` outside braces.

    ``dtypes`` is one DT_ name for all, or one per tensor (their number must match). Where it is None, one
    dtype is guessed from the whole text, or with ``one_dtype`` False one from each part. A blank text is an
    empty list. Raises LiteralError; positions count in the whole text.
    """
    given = dtypes if dtypes is None or isinstance(dtypes, str) else list(dtypes)
    strings = '"' in text or _names_string(given)
    parts = split_top_level(text, strings)
    if isinstance(given, list):
        if len(given) != len(parts):
            raise LiteralError(
                say("literal.tensor-count", count=len(parts), needed=len(given)),
                None,
                say("hint.write-tensors"),
            )
        each = given
    else:
        common = given or (guess_dtype(text) if one_dtype and text.strip() else None)
        each = [common] * len(parts)
        if given is None and common == "DT_INT32" and not all(_fits_int32(p) for _, p in parts):
            each = ["DT_INT64"] * len(parts)
    return [_parse_part(part, name, begin) for (begin, part), name in zip(parts, each, strict=True)]


def guess_dtype(text: str) -> str:
    """Return the DT_ name that a text suggests where the pin does not fix one; the first that fits counts.

    A quote: STRING; ``j``: COMPLEX128; ``true`` or ``false``: BOOL; a number with ``f``: FLOAT; a point, an
    exponent, ``nan`` or ``inf``: DOUBLE; else INT32 (which becomes INT64 where a value does not fit).
    """
    letters = set(text)
    if '"' in letters:
        return "DT_STRING"
    if letters & {"j", "J"}:
        return "DT_COMPLEX128"
    if letters & set("tTfF") and _BOOL_WORD.search(text):
        return "DT_BOOL"
    if letters & set("fF") and _FLOAT_SUFFIX.search(text):
        return "DT_FLOAT"
    if letters & set(".eEnN") and _DOUBLE_MARK.search(text):
        return "DT_DOUBLE"
    return "DT_INT32"


@lru_cache(maxsize=4096)
def _parse_cached(text: str, dtype: str | None) -> Literal:
    return _parse(text, dtype)


def _parse(text: str, dtype: str | None) -> Literal:
    name = guess_dtype(text) if dtype is None else dtype.removesuffix("_REF")
    known = DTYPES.get(name)
    if known is None:
        raise LiteralError(say("literal.no-dtype", word=name), None, say("hint.dtype-name"))
    if known.kind == "handle":
        raise LiteralError(say("literal.handle", dtype=name), None, say("hint.wire-handle"))
    if known.kind == "string":
        scan = scan_strings(text)
        return Literal(name, scan.shape, tuple(_encode(s) for s in scan.scalars))
    scan = scan_numbers(text)
    if dtype is None and name == "DT_INT32":
        return _whole_numbers(text, scan)
    return Literal(name, scan.shape, _values(text, scan, known, dtype is None))


def _whole_numbers(text: str, scan: Scan) -> Literal:
    """INT32, or INT64 where a value does not fit."""
    values = _values(text, scan, DTYPES["DT_INT64"], True, unsure=True)
    low, high = integer_range(DTYPES["DT_INT32"])
    small = not values or (min(values) >= low and max(values) <= high)
    return Literal("DT_INT32" if small else "DT_INT64", scan.shape, values)


def _values(text: str, scan: Scan, dtype: DType, guessed: bool, *, unsure: bool = False) -> tuple:
    try:
        return convert(scan.scalars, dtype, unsure=unsure)
    except ScalarFault as fault:
        word = scan.scalars[fault.index]
        hint = fault.hint
        if guessed and word[:1].isalpha() and dtype.kind != "bool":
            hint = say("hint.quote-word", word=word) if len(word) <= 40 else say("hint.quote-text")
        raise LiteralError(fault.reason, scalar_position(text, fault.index), hint) from None


def _encode(text: str) -> bytes:
    # A command line hands bytes that are not UTF-8 over as lone surrogates; they become the same bytes again.
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as fault:
        raise LiteralError(
            say("literal.not-utf-8"), None, say("hint.remove-text", text=fault.object)
        ) from None


def _names_string(dtypes: list[str | None] | str | None) -> bool:
    names = dtypes if isinstance(dtypes, list) else [dtypes]
    return any(name is not None and name.removesuffix("_REF") == "DT_STRING" for name in names)


def _fits_int32(text: str) -> bool:
    try:
        return parse_literal(text).dtype == "DT_INT32"
    except LiteralError:
        return True  # reported with its position when the part itself is read


def _parse_part(part: str, dtype: str | None, begin: int) -> Literal:
    try:
        return parse_literal(part, dtype)
    except LiteralError as fault:
        if fault.position is None:
            raise
        raise LiteralError(fault.reason, fault.position + begin, fault.hint) from None
