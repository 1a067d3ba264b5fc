"""Says at once how a typed text reads: dtype and shape, or what is wrong and where (no Qt)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from app.document.checks.wire_types import AcceptedText, shapes_agree
from app.document.literals.attrs import accepted_values, read_value
from app.document.literals.formatter import quoted
from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import format_value, parse_value
from app.document.model.sentence import Sentence, say
from blocks.dtypes import BY_LABEL, label
from blocks.op_facts.side_effects import PATH_ARGUMENTS
from blocks.symbol import Attr, Pin, PinKind, Symbol

# Characters that are checked at each key stroke; longer texts wait for the page's check.
_LIVE_LIMIT = 100_000
_MOST_TENSORS = 4  # of a list that a note describes
_TENSORS = frozenset({"tensor", "list(tensor)", "tensor_value", "client_tensor", "initializer"})


class Check(NamedTuple):
    """How a text reads: ``note`` is for the person, ``ok`` whether it reads."""

    ok: bool
    note: Sentence | None


NOTHING = Check(True, None)


def check_text(kind: PinKind, text: str, dtype: str | None = None) -> Check:
    """Read a text of a pin or attr; a blank one is no fault here (the page's check knows better)."""
    if not text.strip() or len(text) > _LIVE_LIMIT:
        return NOTHING
    try:
        return Check(True, _described(kind, parse_value(kind, text, dtype)))
    except LiteralError as fault:
        if fault.hint is None:
            return Check(False, fault.sentence)
        return Check(False, say("text.fault", fault=fault.sentence, hint=fault.hint))


def check_accepted(kind: PinKind, text: str, dtype: str | None, accepted: AcceptedText) -> Check:
    """Read a text of an input against what its op, its neighbours' wires and their shapes ask for.

    ``dtype`` is the pin's own (a DT_ name). A text that one required dtype can be read as is of that dtype.
    """
    needs = accepted.requirement
    one = (
        BY_LABEL[accepted.dtypes[0]].name
        if accepted.dtypes is not None and len(accepted.dtypes) == 1
        else dtype
    )
    check = check_text(kind, text, one)
    if needs is None or kind != "tensor" or len(text) > _LIVE_LIMIT:
        return check
    if not text.strip():
        return Check(True, say("text.needs", needs=needs))
    try:
        literal = parse_value(kind, text, one if check.ok else None)
    except LiteralError:
        return check
    own = _tensor(literal)
    takes = accepted.dtypes is None or label(literal.dtype) in accepted.dtypes
    if check.ok and takes and shapes_agree(accepted.shape, literal.shape):
        is_the_same = accepted.shape is None or (
            len(accepted.dtypes or ()) == 1 and accepted.shape == literal.shape != ()
        )
        return Check(True, own if is_the_same else say("text.as-needed", type=own, needs=needs))
    if check.ok:
        return Check(False, say("text.misfit", needs=needs, type=own))
    return Check(False, say("text.unfit", needs=needs, type=own, fault=check.note))


def check_attr(symbol: Symbol, attr: Attr, text: str) -> Check:
    """Read the value of an attr as the page's check does; where only certain values are accepted, name them."""
    check = check_text(attr.kind, text)
    if not check.ok or not text.strip() or len(text) > _LIVE_LIMIT:
        return check
    _, fault = read_value(symbol, attr, text.strip())
    if fault is None:
        return check
    if fault.kind == "read-as":
        return Check(True, say("attr.read-as", name=attr.name, typed=text.strip(), value=fault.value))
    if fault.kind == "one-character":
        return Check(False, say("attr.one-character", name=attr.name, value=text.strip()))
    if fault.kind == "outside":
        needs = accepted_values(symbol, attr)
        return Check(False, say("attr.outside", name=attr.name, value=fault.value, needs=needs))
    return Check(False, say("text.not-one-of", value=fault.value, names=attr.allowed))


def default_text(kind: PinKind, default: Any) -> str:
    """Return an attr's default as a text, or "" where it has none or no text can say it."""
    if default is None:
        return ""
    try:
        return format_value(kind, default)
    except (LiteralError, TypeError, ValueError, KeyError, AttributeError):
        return str(default)


def takes_file(pin: Pin) -> bool:
    """Return whether the pin's text is a file's name."""
    return (pin.arg or pin.attr) in PATH_ARGUMENTS and (pin.dtype == "DT_STRING" or pin.kind == "string")


def file_text(path: str, folder: str | os.PathLike[str]) -> str:
    """Return the text for a chosen file: relative to the project's folder if in it, quoted at need."""
    chosen, home = Path(path).resolve(), Path(folder).resolve()
    text = (chosen.relative_to(home) if chosen.is_relative_to(home) else chosen).as_posix()
    return quoted(text) if set(text) & set(',;{}"\\') or text != text.strip() else text


def is_tensor(kind: PinKind) -> bool:
    """Return whether the pin's text is a tensor, which the grid editor can show."""
    return kind in _TENSORS and kind != "list(tensor)"


def _described(kind: PinKind, value: Any) -> Sentence | None:
    if isinstance(value, Literal):
        return _tensor(value)
    if kind == "list(tensor)":
        parts = tuple(_tensor(v) for v in value[:_MOST_TENSORS])
        if len(value) > _MOST_TENSORS:
            return say("text.many-tensors", count=len(value), types=parts)
        return say("text.tensors", count=len(value), types=parts)
    if kind in ("type", "list(type)"):
        types = (value,) if kind == "type" else value
        return say("text.dtypes", dtypes=tuple(label(v) for v in types))
    if kind in ("shape", "list(shape)"):
        if value is None:
            return say("text.unknown-shape")
        shapes = (value,) if kind == "shape" else value
        return say("text.shapes", shapes=tuple(_shape(v) for v in shapes))
    return None


def _shape(shape: tuple[int, ...] | None) -> Sentence:
    sizes = None if shape is None else tuple(None if n < 0 else n for n in shape)
    return say("text.shape", shape=sizes)


def _tensor(value: Literal) -> Sentence:
    return say("text.tensor", dtype=label(value.dtype), shape=value.shape)
