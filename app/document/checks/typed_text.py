"""Says at once how a typed text reads: dtype and shape, or what is wrong and where (no Qt)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from app.document.checks.wire_types import Wants, shapes_agree
from app.document.literals.formatter import quoted
from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import format_value, parse_value
from blocks.dtypes import BY_LABEL, label
from blocks.symbol import Attr, Pin, PinKind
from blocks.tensor_spec import shape_text

_LIVE_LIMIT = (
    100_000  # characters that are checked at each key stroke; longer texts wait for the page's check
)
_TENSORS = frozenset({"tensor", "list(tensor)", "tensor_value", "client_tensor", "initializer"})
_FILE_PINS = frozenset(
    [
        "filename",
        "filenames",
        "file_name",
        "file_names",
        "filename_pattern",
        "file_pattern",
        "pattern",
        "patterns",
        "prefix",
        "logdir",
        "checkpoint_prefixes",
        "destination_prefix",
        "vocab_file",
    ]
)


class Check(NamedTuple):
    """How a text reads: ``note`` is for the person, ``ok`` whether it reads."""

    ok: bool
    note: str


_NOTHING = Check(True, "")


def check_text(kind: PinKind, text: str, dtype: str | None = None) -> Check:
    """Read a text of a pin or attr; a blank one is no fault here (the page's check knows better)."""
    if not text.strip() or len(text) > _LIVE_LIMIT:
        return _NOTHING
    try:
        return Check(True, _described(kind, parse_value(kind, text, dtype)))
    except LiteralError as fault:
        return Check(False, str(fault) + (f" — {fault.hint}" if fault.hint else ""))


def check_wanted(kind: PinKind, text: str, dtype: str | None, wants: Wants) -> Check:
    """Read a text of an input against what its op, its neighbours' wires and their shapes ask for.

    ``dtype`` is the pin's own (a DT_ name). A text that one wanted dtype can be read as is of that dtype.
    """
    words = str(wants)
    one = BY_LABEL[wants.dtypes[0]].name if wants.dtypes is not None and len(wants.dtypes) == 1 else dtype
    check = check_text(kind, text, one)
    if not words or kind != "tensor" or len(text) > _LIVE_LIMIT:
        return check
    if not text.strip():
        return Check(True, f"wants {words}")
    try:
        literal = parse_value(kind, text, one if check.ok else None)
    except LiteralError:
        return check
    own = _tensor(literal)
    takes = wants.dtypes is None or label(literal.dtype) in wants.dtypes
    if check.ok and takes and shapes_agree(wants.shape, literal.shape):
        return Check(True, own if own == words or wants.shape is None else f"{own}, wants {words}")
    why = "" if check.ok else f" — {check.note}"
    return Check(False, f"wants {words}; this is {own}{why}")


def check_attr(attr: Attr, text: str) -> Check:
    """Read the value of an attr; where only certain words are allowed, name them."""
    check = check_text(attr.kind, text)
    if not check.ok or not attr.allowed or not text.strip():
        return check
    value = parse_value(attr.kind, text)
    wrong = [v for v in (value if isinstance(value, list) else [value]) if v not in attr.allowed]
    return check if not wrong else Check(False, f"{wrong[0]} is not one of {', '.join(attr.allowed)}")


def default_text(kind: PinKind, default: Any) -> str:
    """Return an attr's default as a text, or "" where it has none or no text can say it."""
    if default is None:
        return ""
    try:
        return format_value(kind, default)
    except (LiteralError, TypeError, ValueError, KeyError, AttributeError):
        return str(default)


def takes_file(pin: Pin) -> bool:
    """Tell whether the pin's text is a file's name."""
    return pin.name in _FILE_PINS and (pin.dtype == "DT_STRING" or pin.kind == "string")


def file_text(path: str, folder: str | os.PathLike[str]) -> str:
    """Return the text for a chosen file: relative to the project's folder if in it, quoted at need."""
    chosen, home = Path(path).resolve(), Path(folder).resolve()
    text = (chosen.relative_to(home) if chosen.is_relative_to(home) else chosen).as_posix()
    return quoted(text) if set(text) & set(',;{}"\\') or text != text.strip() else text


def is_tensor(kind: PinKind) -> bool:
    """Tell whether the pin's text is a tensor, which the grid editor can show."""
    return kind in _TENSORS and kind != "list(tensor)"


def _described(kind: PinKind, value: Any) -> str:
    if isinstance(value, Literal):
        return _tensor(value)
    if kind == "list(tensor)":
        parts = ", ".join(_tensor(v) for v in value[:4])
        return f"{len(value)} tensors: {parts}" + (", …" if len(value) > 4 else "")
    if kind == "type":
        return label(value) or ""
    if kind == "list(type)":
        return ", ".join(label(v) or "" for v in value)
    if kind == "shape":
        return "unknown shape" if value is None else shape_text(value)
    if kind == "list(shape)":
        return ", ".join(shape_text(v) for v in value)
    return ""


def _tensor(value: Literal) -> str:
    return f"{label(value.dtype)} {shape_text(value.shape)}"
