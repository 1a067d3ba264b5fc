"""Fixes of dtypes: two pins of a block that must agree, a dtype that an op does not take, one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.document.fixes.casting import Way, cast_cost, retyped, ways
from app.document.fixes.scene import Scene, dt_name, required, there
from app.document.literals.attrs import read_attrs, set_attr
from app.document.literals.parser import guess_dtype, parse_literal, parse_literal_list
from app.document.literals.types import LiteralError
from app.document.literals.values import format_value, parse_dtype
from app.document.model.diagram import Wire
from app.document.model.fix import Fix, FixChange, WritePin
from app.document.model.ids import IdGiver
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from blocks.dtypes import DTYPES, label
from blocks.op_facts.siblings import TAKING_CLASS_NUMBERS
from blocks.symbol import OpAttr, Pin

_MOST = 3
_WRITING = 2.5  # what a changed type pin costs beside a Cast
_LIKELY = ("DT_FLOAT", "DT_INT32", "DT_STRING")


_NOTHING = Way(None, 0, ())  # is to be done


class _Member(NamedTuple):
    """What must have the one dtype: a wire, a type pin's text, or a literal (whose dtype follows)."""

    pin: Pin
    dtype: str | None = None  # None: a literal
    wire: Wire | None = None
    fixed: bool = False  # nothing can change it: a reference


def conflict(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that give all pins of one type one dtype, the one that changes least first."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    if block is None or pin is None:
        return []
    if pin.kind == "list(type)":
        return _of_type_list(scene, problem, block, pin)
    if scene.page.blocks[block].symbol == "Variable":
        return _of_variable(scene, block, pin)
    arg = scene.arg(block, pin)
    if arg is None or _is_of_classes(scene, block, pin):
        return []
    if arg.dtype is not None:
        return _all_of(scene, block, list(_of_pin(scene, block, pin)), [arg.dtype])
    op = scene.op(block)
    attr = op.attr(arg.type_attr) if op is not None and arg.type_attr else None
    if attr is None:
        return _of_list(scene, problem, block, pin)
    members = list(_of_attr(scene, block, attr.name))
    targets = dict.fromkeys(m.dtype for m in members if m.dtype is not None)
    return _all_of(scene, block, members, [t for t in targets if not attr.allowed or t in attr.allowed])


def _is_of_classes(scene: Scene, block: str, pin: Pin | None) -> bool:
    """Return whether numbers of classes may have come to a pin: in another dtype they are still no probabilities."""
    op = scene.op(block)
    return pin is not None and pin.arg == "labels" and op is not None and op.name in TAKING_CLASS_NUMBERS


def refused(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that give the pins of a type the nearest dtype that the op takes."""
    block, op = problem.block, scene.op(problem.block)
    if block is None or op is None:
        return []
    pin = scene.pin(block, problem.pin)
    arg = scene.arg(block, pin) if pin is not None else None
    named = arg.type_attr if arg is not None else pin.attr if pin is not None else None
    attr = op.attr(named) if named else _wrong_in_attrs(scene, block, problem)
    if attr is None or not attr.allowed or _is_of_classes(scene, block, pin):
        return []
    members = list(_of_attr(scene, block, attr.name))
    bad = next((m.dtype for m in members if m.dtype not in (None, *attr.allowed)), None)
    bad = bad or dt_name(there(problem).dtype)
    return _all_of(scene, block, members, _nearest_dtypes(bad, attr.allowed))


def misread(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that give the others of a type the dtype as which a pin's literal does read."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    arg = scene.arg(block, pin) if block is not None and pin is not None else None
    text = scene.text(block, pin) if block is not None and pin is not None else None
    if block is None or arg is None or arg.type_attr is None or not isinstance(text, str):
        return []
    guess, op = guess_dtype(text), scene.op(block)
    attr = op.attr(arg.type_attr) if op is not None else None
    targets = [
        t for t in (("DT_FLOAT", guess) if guess == "DT_DOUBLE" else (guess,)) if _reads(text, t, False)
    ]
    taken = [t for t in targets if attr is None or not attr.allowed or t in attr.allowed]
    return _all_of(scene, block, list(_of_attr(scene, block, arg.type_attr)), taken)


def without_kernel(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that cast to a dtype with which the op can compute (found when it runs)."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    start, taken = dt_name(there(problem).dtype), _required_dtypes(problem)
    arg = scene.arg(block, pin) if block is not None and pin is not None else None
    if block is None or arg is None or arg.type_attr is None or start not in DTYPES:
        return []
    targets = _nearest_dtypes(start, taken)
    return _all_of(scene, block, list(_of_attr(scene, block, arg.type_attr)), targets)


def agrees(scene: Scene, problem: Problem, fix: Fix) -> bool:
    """Return whether the text that a fix types into a pin reads as the others of its type, or as the op takes it."""
    block, pin, (change, *more) = problem.block, scene.pin(problem.block, problem.pin), fix.changes
    arg = scene.arg(block, pin) if block is not None and pin is not None else None
    if block is None or pin is None or arg is None or arg.type_attr is None or more:
        return True
    if not isinstance(change, WritePin) or change.pin != pin.name or not isinstance(change.text, str):
        return True
    op = scene.op(block)
    attr = op.attr(arg.type_attr) if op is not None else None
    others = {m.dtype for m in _of_attr(scene, block, arg.type_attr) if m.dtype is not None}
    if others:
        return all(_reads(change.text, dtype, pin.kind == "list(tensor)") for dtype in others)
    strings = guess_dtype(change.text) == "DT_STRING"
    return not strings or attr is None or not attr.allowed or "DT_STRING" in attr.allowed


def unknown(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that type a dtype where nothing gives it, by hand: the likely ones that the op takes."""
    block, pin, op = problem.block, scene.pin(problem.block, problem.pin), scene.op(problem.block)
    if block is None or pin is None or pin.kind != "type":
        return []
    attr = op.attr(pin.attr) if op is not None and pin.attr else None
    taken = [t for t in _LIKELY if attr is None or not attr.allowed or t in attr.allowed]
    return [
        Fix(say("fix.write-in", text=t, where=pin.name), scene.typed(block, pin, t), by_hand=True)
        for t in taken[:_MOST]
    ]


def fed(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that gives a fed value the dtype of what it stands in for."""
    needed = next(iter(_required_dtypes(problem)), None)
    wires = scene.wires_to(problem.block or "", "initializer")
    if needed is None or not wires:
        return []
    block = wires[0].source.block
    sources = scene.wires_to(block, "t")
    block = sources[0].source.block if sources else block
    pin, value = scene.pin(block, "dtype"), scene.pin(block, "initvalues")
    text = scene.text(block, value) if value is not None else None
    if pin is None or not isinstance(text, str) or not _reads(text, needed, False):
        return []
    return [Fix(say("fix.make", name=block, dtype=label(needed)), scene.typed(block, pin, needed))]


def _of_variable(scene: Scene, block: str, pin: Pin) -> list[Fix]:
    """Return the fixes of a Variable whose dtype pin is not that of the wire to initvalues."""
    says = scene.pin(block, "dtype")
    text = scene.text(block, says) if says is not None else None
    if says is None or not isinstance(text, str):
        return []
    wires = [_Member(pin, _dtype(scene, w), w) for w in scene.wires_to(block, pin.name)]
    members = [*wires, _Member(says, parse_dtype(text))]
    return _all_of(scene, block, members, [m.dtype for m in members if m.dtype])


def _of_type_list(scene: Scene, problem: Problem, block: str, pin: Pin) -> list[Fix]:
    """Return the fix that lets a list of dtypes say what is required (what the queue holds)."""
    needed = _required_dtypes(problem)
    if not needed:
        return []
    text = format_value("list(type)", needed)
    return [Fix(say("fix.write-in", text=text, where=pin.name), scene.typed(block, pin, text))]


def _of_list(scene: Scene, problem: Problem, block: str, pin: Pin) -> list[Fix]:
    """Return the fixes of a list whose dtypes a list of types fixes: a Cast on each wire that differs."""
    needed = _required_dtypes(problem)
    wires = scene.wires_to(block, pin.name)
    if len(wires) != len(needed):
        return []
    names = scene.namer()
    titles, changes, loses = list[Sentence](), list[FixChange](), False
    for wire, dtype in zip(wires, needed, strict=True):
        if _dtype(scene, wire) == dtype:
            continue
        found = ways(scene, wire, dtype, names)
        if not found:
            return []
        changes += found[0].changes
        titles += [title] if (title := found[0].title) is not None else []
        loses = loses or found[0].loses
    return [Fix(_joined(titles), tuple(changes), loses)] if titles else []


def _required_dtypes(problem: Problem) -> list[str]:
    """Return the DT_ names of the dtypes that a problem requires."""
    return [name for dtype in required(problem).dtypes if (name := dt_name(dtype)) is not None]


def _of_attr(scene: Scene, block: str, attr: str) -> Iterable[_Member]:
    """Yield all that must have the dtype of a type attr, in the order of the pins."""
    symbol = scene.symbol(block)
    for pin in symbol.inputs if symbol is not None else ():
        arg = scene.arg(block, pin)
        if arg is not None and arg.type_attr == attr:
            yield from _of_pin(scene, block, pin)
        elif pin.attr == attr:
            text = scene.text(block, pin) or pin.default
            try:
                yield _Member(pin, parse_dtype(text) if isinstance(text, str) else None)
            except LiteralError:
                continue
        elif pin.kind == "attrs" and symbol is not None:
            for item in symbol.attrs:
                if (item.attr or item.name.rstrip("_")) == attr:
                    yield _Member(pin, _dtype_in_attrs(scene, block, pin, attr))


def _of_pin(scene: Scene, block: str, pin: Pin) -> Iterable[_Member]:
    arg = scene.arg(block, pin)
    fixed = arg is not None and arg.is_ref
    todo = list(scene.wires_to(block, pin.name))
    if not todo:
        if scene.text(block, pin):
            yield _Member(pin)
        return
    seen: set[str] = set()
    while todo:
        wire = todo.pop(0)
        source = scene.symbol(wire.source.block)
        if source is not None and source.name == "InputList" and wire.source.index is None:
            if wire.source.block not in seen:  # its own wires are the members
                seen.add(wire.source.block)
                todo = [*scene.wires_to(wire.source.block, "outputlist"), *todo]
            continue
        yield _Member(pin, _dtype(scene, wire), wire, fixed)


def _dtype(scene: Scene, wire: Wire) -> str | None:
    known = scene.type_of(wire.source)
    return None if known is None else dt_name(known.dtype)


def _dtype_in_attrs(scene: Scene, block: str, pin: Pin, attr: str) -> str | None:
    symbol, text = scene.symbol(block), scene.text(block, pin)
    if symbol is None or not isinstance(text, str):
        return None
    value = read_attrs(text, symbol)[0].get(attr)
    return value if isinstance(value, str) else None


def _wrong_in_attrs(scene: Scene, block: str, problem: Problem) -> OpAttr | None:
    """Return the type attr whose text in ``attrs`` says the dtype that the problem names."""
    symbol, op, actual = scene.symbol(block), scene.op(block), dt_name(there(problem).dtype)
    pin = scene.pin(block, "attrs")
    if op is None or symbol is None or pin is None:
        return None
    wrong = (a for a in op.attrs if a.type == "type" and a.allowed and actual not in a.allowed)
    return next((a for a in wrong if _dtype_in_attrs(scene, block, pin, a.name) == actual), None)


def _all_of(scene: Scene, block: str, members: list[_Member], targets: Iterable[str]) -> list[Fix]:
    """Return one fix for each dtype that all members can have, the one that changes least first."""
    found: list[tuple[float, Fix]] = []
    alone = not any(m.dtype for m in members)  # then the literals' own texts say the dtype
    for target in dict.fromkeys(targets):
        names = scene.namer()
        cost, changes, titles, loses = 0.0, list[FixChange](), list[Sentence](), False
        for member in members:
            way = _way(scene, block, member, target, names, alone)
            if way is None:
                break
            cost += way.cost
            changes += way.changes
            titles += [way.title] if way.title is not None else []
            loses = loses or way.loses
        else:
            if changes:
                found.append((cost, Fix(_joined(titles), tuple(changes), loses)))
    found.sort(key=lambda one: one[0])
    return [fix for _, fix in found[:_MOST]]


def _joined(titles: list[Sentence]) -> Sentence:
    if len(titles) == 1:
        return titles[0]
    if len(set(titles)) == 1 and titles[0].key == "fix.insert":
        return say("fix.insert-times", count=len(titles), what=titles[0]["what"])
    return say("fix.several", commands=tuple(titles))


def _way(scene: Scene, block: str, member: _Member, target: str, names: IdGiver, alone: bool) -> Way | None:
    """Return the way to bring one member to the dtype; None where there is none."""
    pin = member.pin
    if member.wire is not None:
        if member.dtype == target:
            return _NOTHING
        found = [] if member.fixed else ways(scene, member.wire, target, names)
        return found[0] if found else None
    if pin.kind not in ("type", "attrs"):
        return _literal_way(scene, block, pin, target, alone)
    if member.dtype in (None, target):
        return _NOTHING
    if pin.kind == "type":
        title = say("fix.write-in", text=target, where=pin.name)
        return Way(title, _WRITING, scene.typed(block, pin, target))
    return _in_attrs(scene, block, pin, member.dtype, target)


def _literal_way(scene: Scene, block: str, pin: Pin, target: str, alone: bool) -> Way | None:
    """Return the way of a literal: it follows the others; where it is alone its text must say the dtype."""
    text = scene.text(block, pin)
    if not isinstance(text, str):
        return None if alone else _NOTHING
    if not alone or pin.kind == "list(tensor)":
        return _NOTHING if _reads(text, target, pin.kind == "list(tensor)") else None
    try:
        new = retyped(parse_literal(text), target)
    except LiteralError:
        return None
    if new is None:
        return None
    return Way(say("fix.write-in", text=new, where=pin.name), 0.5, scene.typed(block, pin, new))


def _in_attrs(scene: Scene, block: str, pin: Pin, old: str | None, target: str) -> Way | None:
    symbol, text = scene.symbol(block), scene.text(block, pin)
    if symbol is None or not isinstance(text, str):
        return None
    values = read_attrs(text, symbol)[0]
    for attr in symbol.attrs:
        if attr.kind == "type" and values.get(attr.attr or attr.name.rstrip("_")) == old:
            changed = set_attr(text, attr.name, target)
            title = say("fix.write-attr", name=attr.name, value=target)
            return Way(title, _WRITING, scene.typed(block, pin, changed))
    return None


def _reads(text: str, dtype: str, as_list: bool) -> bool:
    try:
        if as_list:
            parse_literal_list(text, dtype)
        else:
            parse_literal(text, dtype)
    except LiteralError:
        return False
    return True


def _nearest_dtypes(start: str | None, allowed: Iterable[str]) -> list[str]:
    """Return up to three dtypes that are taken, those first to which a Cast loses least and that are usual."""
    if start is None or start not in DTYPES:
        return [t for t in _LIKELY if t in allowed]
    usual = ("DT_FLOAT", "DT_INT32", "DT_DOUBLE", "DT_INT64", "DT_STRING")
    allowed = list(allowed)
    ranked = []
    for name in [t for t in allowed if t in usual] or allowed:
        cost = cast_cost(start, name)
        if cost is None and "DT_STRING" in (start, name):
            cost = 4
        if cost is not None:
            ranked.append((cost, usual.index(name) if name in usual else len(usual), name))
    return [name for _, _, name in sorted(ranked)[:_MOST]]
