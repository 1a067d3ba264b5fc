"""Ways to bring one value to another dtype: a literal's suffix, a dtype pin, a block between."""

from __future__ import annotations

from typing import NamedTuple

from app.document.fixes.scene import Scene, inserted
from app.document.literals.formatter import format_literal
from app.document.literals.parser import guess_dtype, parse_literal
from app.document.literals.types import Literal, LiteralError
from app.document.model.diagram import Wire
from app.document.model.fix import FixChange, WritePin
from app.document.model.ids import IdGiver
from app.document.model.sentence import Sentence, say
from blocks.dtypes import DTYPES, label
from blocks.op_facts.conversions import AS_STRING_TAKES, STRING_TO_NUMBER_GIVES

_NUMBERS = frozenset({"float", "int", "uint", "bool"})
_LONGEST = 2_000  # characters of a literal that is written anew
_MOST_SHOWN = 30  # characters of it that a title shows


class Way(NamedTuple):
    """One way: what it is called (None: nothing is to be done), how much it changes and what it does.

    ``loses``: values may become others by it, which the title says.
    """

    title: Sentence | None
    cost: float
    changes: tuple[FixChange, ...]
    loses: bool = False


def ways(scene: Scene, wire: Wire, dtype: str, names: IdGiver) -> list[Way]:
    """Return the ways to let a wire bring ``dtype`` (a DT_ name), the gentlest first."""
    found = [*_in_the_source(scene, wire, dtype)]
    known = scene.type_of(wire.source)
    start = None if known is None else next((t.name for t in DTYPES.values() if t.label == known.dtype), None)
    is_list = scene.pin(wire.source.block, wire.source.pin, "out")
    is_whole = is_list is not None and is_list.kind == "list(tensor)" and wire.source.index is None
    if start is None or is_whole or not scene.takes_value(wire.target):
        return found
    found += _block_between(wire, start, dtype, names)
    return sorted(found, key=lambda way: way.cost)


def _block_between(wire: Wire, start: str, dtype: str, names: IdGiver) -> list[Way]:
    cost = cast_cost(start, dtype)
    if cost is not None:
        changes = inserted(wire, names, "Cast", ("x", "y"), {"DstT": dtype})
        loss = cast_loss(start, dtype)
        cast = say("block.cast", dtype=label(dtype))
        what = cast if loss is None else say("block.cast-losing", cast=cast, loss=Sentence(f"loss.{loss}"))
        return [Way(say("fix.insert", what=what), cost, changes, loss is not None)]
    if dtype == "DT_STRING" and start in AS_STRING_TAKES:
        return [
            Way(
                say("fix.insert", what="AsString"),
                4,
                inserted(wire, names, "AsString", ("input", "output"), {}),
            )
        ]
    if start == "DT_STRING" and dtype in STRING_TO_NUMBER_GIVES:
        ends, pins = ("string_tensor", "output"), {"attrs": f"out_type_ = {dtype};"}
        return [
            Way(
                say("fix.insert", what=say("block.string-to-number", dtype=label(dtype))),
                4,
                inserted(wire, names, "StringToNumber", ends, pins),
            )
        ]
    return []


def cast_cost(start: str, dtype: str) -> float | None:
    """Return how much a Cast may lose: 1 nothing, up to 8; None where there is no Cast."""
    one, other = DTYPES[start], DTYPES[dtype]
    if one.kind == "complex" and other.kind == "complex":
        return 1 if other.bits >= one.bits else 2
    if one.kind not in _NUMBERS or other.kind not in (*_NUMBERS, "complex") or one == other:
        return None
    if other.kind == "complex":
        return 1.5
    if one.kind == "bool":
        return 1
    if other.kind == "bool":
        return 8
    if one.kind == "float":
        return (1 if other.bits > one.bits else 2) if other.kind == "float" else 6
    if other.kind == "float":
        return 1 if other.bits >= 32 else 3
    signed = one.kind == "uint" and other.kind == "int"
    wider = other.bits > one.bits and (signed or one.kind == other.kind)
    return 1 if wider else 3


def cast_loss(start: str, dtype: str) -> str | None:
    """Return what a Cast may do to values ("rounds", "cuts", "wraps", "truth"); None where all stay what they are.

    Of whole numbers of 32 bits as float32 those beyond 2**24 are rounded; pages hold none, so that counts for nothing.
    """
    one, other = DTYPES[start], DTYPES[dtype]
    if one.kind == "bool":
        return None
    if other.kind == "bool":
        return "truth"
    if one.kind in ("float", "complex"):
        if other.kind in ("int", "uint"):
            return "cuts"
        half = 2 if other.kind == "complex" and one.kind == "float" else 1
        return "rounds" if other.bits // half < one.bits else None
    if other.kind in ("float", "complex"):
        held = other.bits // (2 if other.kind == "complex" else 1)
        is_held = (held >= min(one.bits, 64) and held >= 32) or (one.bits == 8 and held >= 16)
        return None if is_held else "rounds"
    signed = one.kind == "uint" and other.kind == "int"
    wider = other.bits > one.bits and (signed or one.kind == other.kind)
    return None if wider else "wraps"


def _in_the_source(scene: Scene, wire: Wire, dtype: str) -> list[Way]:
    """Return the way to let a constant that feeds only this wire have the dtype."""
    block, symbol = wire.source.block, scene.symbol(wire.source.block)
    if symbol is None or scene.uses(block, "output") != 1:
        return []
    if symbol.name == "Const":
        literal = scene.literal(block)
        text = None if literal is None else retyped(literal, dtype)
        cost = 0.5 if DTYPES[dtype].kind != "int" else 1.5  # a point is forgotten more often than added
        return [] if text is None else [Way(_titled(text, block), cost, (WritePin(block, "val", text),))]
    if symbol.name != "Const_ex":
        return []
    pin = scene.pin(block, "val")
    typed = scene.text(block, pin) if pin is not None else None
    if not isinstance(typed, str) or not _reads(typed, dtype):
        return []
    return [Way(say("fix.make", name=block, dtype=label(dtype)), 0.6, (WritePin(block, "dtype", dtype),))]


def _titled(text: str, where: str) -> Sentence:
    if len(text) <= _MOST_SHOWN:
        return say("fix.write-in", text=text, where=where)
    return say("fix.write-anew", where=where)


def _reads(text: str, dtype: str) -> bool:
    try:
        parse_literal(text, dtype)
    except LiteralError:
        return False
    return True


def retyped(literal: Literal, dtype: str) -> str | None:
    """Return a text that reads by itself as the same values in another dtype; None where there is none."""
    try:
        text = format_literal(Literal(dtype, literal.shape, _converted(literal, dtype)))
        again = parse_literal(text)
    except (LiteralError, TypeError, ValueError, OverflowError, KeyError):
        return None
    same = again.dtype == dtype == guess_dtype(text) and again.shape == literal.shape
    if DTYPES[literal.dtype].kind == "int" and again.values != literal.values:
        return None  # a whole number that a float does not hold
    return text if same and len(text) <= _LONGEST else None


def _converted(literal: Literal, dtype: str) -> tuple:
    """Return the values in another dtype; raises ValueError where one would change."""
    kind, own = DTYPES[dtype].kind, DTYPES[literal.dtype].kind
    if own in ("string", "complex", "bool") or kind not in ("float", "int", "complex"):
        raise ValueError(dtype)
    make = {"float": float, "int": int, "complex": complex}[kind]
    values = tuple(make(v) for v in literal.values)
    if any(new != old for new, old in zip(values, literal.values, strict=True)):
        raise ValueError(dtype)
    return values
