"""The fix of two wires of one block that are changed over: each takes the other's source."""

from __future__ import annotations

from collections.abc import Iterator

from app.document.fixes.scene import Scene, dt_name, required
from app.document.literals.attrs import read_attrs
from app.document.model.diagram import PinRef, Wire
from app.document.model.fix import Fix, Reconnect
from app.document.model.problems import Problem
from app.document.model.sentence import say
from blocks.tensor_spec import Shape, TensorSpec

_MOST = 3
_MOST_WIRES = 12  # of a block of which two may be changed over


def swapped_dtypes(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that change over two wires of which each brings what only the other's pin takes."""
    found = [
        _swapped(scene, *pair) for pair in _pairs(scene, problem) if _are_mistaken(scene, problem, *pair)
    ]
    return list(dict.fromkeys(found))[:_MOST]


def _are_mistaken(scene: Scene, problem: Problem, wire: Wire, other: Wire) -> bool:
    mine, its = scene.type_of(wire.source), scene.type_of(other.source)
    if mine is None or its is None or mine.dtype == its.dtype:
        return False
    if wire.target == other.target:
        return _in_order(scene, problem, wire, other)
    ends = ((wire.target, mine.dtype, its.dtype), (other.target, its.dtype, mine.dtype))
    if any(_takes(scene, end, after) is False for end, _, after in ends):
        return False
    held = [_takes(scene, end, before) for end, before, _ in ends]
    if True not in held:
        return True
    return False in held and all(
        takes is not True or _is_alone(scene, end, after)
        for takes, (end, _, after) in zip(held, ends, strict=True)
    )


def _is_alone(scene: Scene, end: PinRef, after: str) -> bool:
    """Return whether all other wires that must have one dtype with a pin bring what it would have ``after``."""
    pin, op = scene.pin(end.block, end.pin), scene.op(end.block)
    arg = scene.arg(end.block, pin) if pin is not None else None
    symbol = scene.symbol(end.block)
    if arg is None or op is None or symbol is None or not arg.type_attr:
        return False
    alike = {other.name for other in op.inputs if other.type_attr == arg.type_attr and other is not arg}
    types = [
        scene.type_of(wire.source)
        for other in symbol.inputs
        if (that := scene.arg(end.block, other)) is not None and that.name in alike
        for wire in scene.wires_to(end.block, other.name)
    ]
    return bool(types) and all(t is not None and t.dtype == after for t in types)


def _in_order(scene: Scene, problem: Problem, wire: Wire, other: Wire) -> bool:
    """Return whether the wires of a list bring what it takes once two of them are changed over."""
    swap = {id(wire): other, id(other): wire}
    pin = scene.pin(wire.target.block, wire.target.pin)
    those = scene.wires_to(wire.target.block, pin.name) if pin is not None else []
    types = [scene.type_of(swap.get(id(one), one).source) for one in those]
    is_judged = pin is not None and problem.pin == pin.name
    return not is_judged or [t and t.dtype for t in types] == list(required(problem).dtypes)


def _takes(scene: Scene, end: PinRef, dtype: str) -> bool | None:
    """Return whether a pin takes a dtype alone; None where its op does not say."""
    pin = scene.pin(end.block, end.pin)
    arg = scene.arg(end.block, pin) if pin is not None else None
    if arg is None:
        return None
    if arg.is_ref:
        return False
    if arg.dtype is not None:
        return arg.dtype == dt_name(dtype)
    op = scene.op(end.block)
    attr = op.attr(arg.type_attr) if op is not None and arg.type_attr else None
    return None if attr is None else not attr.allowed or dt_name(dtype) in attr.allowed


def swapped_shapes(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that change over two wires of one dtype and unlike shapes, one of them at the problem."""
    found = []
    for wire, other in _pairs(scene, problem):
        mine, its = scene.type_of(wire.source), scene.type_of(other.source)
        are_values = all(scene.takes_value(end) for end in (wire.target, other.target))
        if are_values and _are_of_unlike_shapes(mine, its) and _is_no_picture_for_filter(scene, wire, other):
            found.append(_swapped(scene, wire, other))
    return list(dict.fromkeys(found))[:_MOST]


def _is_no_picture_for_filter(scene: Scene, wire: Wire, other: Wire) -> bool:
    """Return whether what a filter's pin gets by the change is no larger than the picture that it slides over."""
    for one, another in ((wire, other), (other, wire)):
        pin = scene.pin(one.target.block, one.target.pin)
        picture, window = scene.type_of(one.source), scene.type_of(another.source)
        if pin is None or pin.arg != "filter" or pin is scene.pin(another.target.block, another.target.pin):
            continue
        sizes = _window_room(scene, one.target.block, picture.shape if picture is not None else None)
        shape = window.shape if window is not None else None
        if sizes is None or shape is None or len(shape) < len(sizes):
            return False
        if any((size or 0) > (room or 0) for size, room in zip(shape, sizes, strict=False)):
            return False
    return True


def _window_room(scene: Scene, block: str, picture: Shape | None) -> Shape | None:
    """Return the sizes of a picture over which the windows of a block slide."""
    if picture is None or len(picture) < 3:
        return None
    symbol, pin = scene.symbol(block), scene.pin(block, "attrs")
    text = scene.text(block, pin) if pin is not None else None
    values = read_attrs(text, symbol)[0] if symbol is not None and isinstance(text, str) else {}
    is_channels_first = str(values.get("data_format", "")).startswith("NC")
    return picture[2:] if is_channels_first else picture[1:-1]


def _are_of_unlike_shapes(one: TensorSpec | None, other: TensorSpec | None) -> bool:
    if one is None or other is None or one.dtype != other.dtype:
        return False
    shapes = one.shape, other.shape
    return one.shape != other.shape and all(shape is not None and None not in shape for shape in shapes)


def _pairs(scene: Scene, problem: Problem) -> Iterator[tuple[Wire, Wire]]:
    """Yield the wires at a problem's pin, each with every other wire of its block.

    A pin without wires, as one that names a page, judges what the others bring.
    """
    symbol = scene.symbol(problem.block)
    if symbol is None or problem.block is None:
        return
    wires = [w for pin in symbol.inputs for w in scene.wires_to(problem.block, pin.name)]
    if len(wires) > _MOST_WIRES:
        return
    pin = scene.pin(problem.block, problem.pin)
    there = scene.wires_to(problem.block, pin.name) if pin is not None else []
    if there and problem.code == "dtype-conflict":
        there = [w for w in wires if w in there or f"{w.target.block}.{w.target.pin}" in problem.related]
    for wire in there or wires:
        yield from ((wire, other) for other in wires if other.source != wire.source)


def _swapped(scene: Scene, wire: Wire, other: Wire) -> Fix:
    """Return the fix of two wires; of equal ends the first wire is meant, so that the later one is led first."""
    first, second = sorted((wire, other), key=scene.page.wires.index)
    changes = tuple(
        Reconnect(str(one.source), str(one.target), str(another.source), str(one.target))
        for one, another in ((second, first), (first, second))
    )
    ends = str(first.source), str(second.source)
    title = say("fix.swap", first=ends[0], second=ends[1])
    if first.target != second.target:
        title = say("fix.swap-to", first=ends[0], second=ends[1], pin=second.target.pin)
    return Fix(title, changes, by_hand=True)
