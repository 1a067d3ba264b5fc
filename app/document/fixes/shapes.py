"""Fixes of shapes: braces of a literal, ExpandDims, Squeeze, Transpose or Reshape where it is plain which.

A Reshape adds or removes dimensions of size 1, or flattens dimensions that follow one another; one that would cut the
elements anew is none. Whatever moves or flattens says so in its title and is by hand.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.document.fixes.scene import Scene, inserted, required, there
from app.document.literals.attrs import read_attrs, set_attr
from app.document.literals.formatter import format_literal
from app.document.literals.parser import parse_literal
from app.document.literals.types import Literal, LiteralError
from app.document.model.diagram import PinText, Wire
from app.document.model.fix import Fix, WritePin, by_hand
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from blocks.op_facts.filter_orders import ORDER_OF_PYTORCH
from blocks.op_facts.window_sizes import HEIGHT_AND_WIDTH
from blocks.requirement import InRange, RankOf, Requirement, ShapeOf, Size, SizesMaking, Values
from blocks.symbol import Pin
from blocks.tensor_spec import Shape

_MOST = 3
# What a picture without its own dimension for colours, and a right-hand side that is a vector, have one of.
_LAST = ("channels", "depth", "solutions")
_LONGEST = 2_000  # characters of a literal that is written anew
_HIGHEST_RANK = 6
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


class Accepted(NamedTuple):
    """What a pin accepts: ranks, and where they are known sizes (None: any, or a name)."""

    ranks: frozenset[int]
    sizes: Shape | None = None
    names: tuple[Size, ...] = ()

    @property
    def added(self) -> tuple[int, ...]:
        """Return where a dimension of size 1 may be added: 0 in front, -1 behind, so that the others mean the same."""
        if not self.names:
            return (0, -1)
        if self.names[0] == "batch":
            return (0,)
        return (-1,) if self.names[-1] in _LAST else (0, -1)

    def takes(self, shape: Shape) -> bool:
        """Return whether a shape is accepted as far as both are known."""
        if len(shape) not in self.ranks:
            return False
        if self.sizes is None:
            return True
        return all(w is None or s is None or w == s for w, s in zip(self.sizes, shape, strict=True))


class _Turn(NamedTuple):
    """One change of a shape: the block that does it with its pins, and what it makes of a literal."""

    symbol: str
    ends: tuple[str, str]
    pins: dict[str, str]
    shape: Shape
    order: tuple[int, ...] | None = None  # of the axes, where they change places
    flattens: bool = False

    @property
    def by_hand(self) -> bool:
        """Return whether it does more than to add or remove dimensions of size 1."""
        return self.order is not None or self.flattens


def refused(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that bring what a pin gets to the shape that it requires."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    if block is None or pin is None:
        return []
    if scene.page.blocks[block].symbol == "Variable":
        return _of_variable(scene, problem, block)
    found: list[Fix] = []
    shape = _shape_at(scene, block, pin, problem)
    goal = accepted(_without_batches(required(problem), shape))
    if goal is not None and shape is not None:
        turns = list(_turns(shape, goal))
        if any(t.symbol == "Transpose" for t in turns):
            found += _by_attr(scene, block, pin)
        for turn in turns:
            found += _done(scene, block, pin, turn, problem)
    return found[:_MOST] or _by_broadcast(scene, problem, block, pin) + _by_sizes(scene, problem, block, pin)


def _of_variable(scene: Scene, problem: Problem, block: str) -> list[Fix]:
    """Return the fix that lets a Variable have the shape of what it starts with."""
    pin, shape = scene.pin(block, "shape"), there(problem).shape
    if problem.pin != "initvalues" or pin is None or shape is None or None in shape:
        return []
    text = "{" + ",".join(map(str, shape)) + "}"
    return [Fix(say("fix.write-in", text=text, where=pin.name), scene.typed(block, pin, text))]


def accepted(needs: Requirement) -> Accepted | None:
    """Return which shapes a requirement accepts; None where it says nothing that one shape could be brought to."""
    shape = needs.shape
    if isinstance(shape, RankOf):
        return Accepted(_ranks(shape), () if shape.ranks == (0,) else None)
    if shape is None or shape.broadcast or any(_is_open(size) for size in shape.sizes):
        return None
    sizes = tuple(size if isinstance(size, int) else None for size in shape.sizes)
    return Accepted(frozenset({len(sizes)}), sizes, shape.sizes)


def _without_batches(needs: Requirement, shape: Shape | None) -> Requirement:
    """Return a requirement without further sizes before the others, of a shape that has not even the others."""
    sizes = needs.shape.sizes if isinstance(needs.shape, ShapeOf) else ()
    if shape is None or not sizes or sizes[0] != "..." or len(shape) >= len(sizes) - 1:
        return needs
    return Requirement(shape=ShapeOf(sizes[1:]))


def _ranks(needs: RankOf) -> frozenset[int]:
    if needs.bound == "least":
        return frozenset(range(needs.ranks[0], _HIGHEST_RANK + 1))
    if needs.bound == "most":
        return frozenset(range(needs.ranks[0] + 1))
    return frozenset(needs.ranks)


def _is_open(size: Size) -> bool:
    """Return whether a size of a requirement stands for several, or for a number that only another pin knows."""
    return isinstance(size, str) and (size == "..." or size.startswith("#"))


# --- what is there -------------------------------------------------------------------------------------------


def _wire_at(scene: Scene, block: str, pin: Pin, problem: Problem) -> Wire | None:
    """Return the wire to blame: the pin's only one, or of a list's the one that the problem names."""
    wires = scene.wires_to(block, pin.name)
    if len(wires) < 2:
        return wires[0] if wires else None
    actual = there(problem)
    others = [w for w in wires if str(w.source) not in problem.related]
    named = [w for w in others if str(w.source) in actual.origins]
    named = named or [w for w in others if actual.shape is not None and _shape_of(scene, w) == actual.shape]
    return named[-1] if named else None


def _shape_of(scene: Scene, wire: Wire) -> Shape | None:
    known = scene.type_of(wire.source)
    return None if known is None else known.shape


def _shape_at(scene: Scene, block: str, pin: Pin, problem: Problem) -> Shape | None:
    wire = _wire_at(scene, block, pin, problem)
    if wire is not None:
        known = scene.type_of(wire.source)
        return None if known is None else known.shape
    literal = _typed_literal(scene, block, pin)
    return None if literal is None or scene.wires_to(block, pin.name) else literal.shape


def _typed_literal(scene: Scene, block: str, pin: Pin) -> Literal | None:
    text = scene.text(block, pin)
    try:
        return parse_literal(text, pin.dtype) if isinstance(text, str) and pin.kind == "tensor" else None
    except LiteralError:
        return None


# --- what brings one shape to another ------------------------------------------------------------------------


def _turns(shape: Shape, goal: Accepted) -> Iterator[_Turn]:
    """Yield the ways to bring a shape to what is accepted, the plainest first."""
    if goal.takes(shape):
        return
    yield from _expanded(shape, goal)
    yield from _squeezed(shape, goal)
    yield from _transposed(shape, goal)
    yield from _reshaped(shape, goal)


def _expanded(shape: Shape, goal: Accepted) -> Iterator[_Turn]:
    if len(shape) + 1 not in goal.ranks:
        return
    for axis in range(len(shape) + 1):
        new = (*shape[:axis], 1, *shape[axis:])
        place = 0 if axis == 0 else -1
        if goal.takes(new) and axis in (0, len(shape)) and place in goal.added:
            yield _Turn("ExpandDims", ("input", "output"), {"axis": str(axis)}, new)


def _squeezed(shape: Shape, goal: Accepted) -> Iterator[_Turn]:
    ones = [i for i, n in enumerate(shape) if n == 1]
    for count in range(1, len(ones) + 1):
        if len(shape) - count not in goal.ranks:
            continue
        for gone in itertools.islice(itertools.combinations(ones, count), 20):
            new = tuple(n for i, n in enumerate(shape) if i not in gone)
            if goal.takes(new):
                axes = ",".join(map(str, gone))
                yield _Turn("Squeeze", ("input", "output"), {"attrs": f"squeeze_dims_ = {{{axes}}};"}, new)
                break  # which of equal ones goes makes no difference in the end


def _transposed(shape: Shape, goal: Accepted) -> Iterator[_Turn]:
    if goal.sizes is None or len(shape) not in goal.ranks or not 2 <= len(shape) <= 5:
        return
    if all(w is None for w in goal.sizes):
        return
    orders = itertools.permutations(range(len(shape)))
    fitting = [o for o in orders if goal.takes(tuple(shape[i] for i in o)) and None not in shape]
    usual = _order_of_filter(goal.names)
    order = fitting[0] if len(fitting) == 1 else usual if usual in fitting else None
    if order is not None:
        perm = "{" + ",".join(map(str, order)) + "}"
        yield _Turn("Transpose", ("x", "y"), {"perm": perm}, tuple(shape[i] for i in order), order)


def _order_of_filter(names: tuple[Size, ...]) -> tuple[int, ...] | None:
    """Return the one order that is likely where several fit: a filter comes as PyTorch keeps it."""
    if not names or not isinstance(names[0], str) or not isinstance(names[-1], str):
        return None
    return ORDER_OF_PYTORCH.get((names[0], names[-1]))


def _reshaped(shape: Shape, goal: Accepted) -> Iterator[_Turn]:
    """Yield a Reshape to the sizes accepted, of which one may be open, if it cuts nothing anew."""
    count = None if None in shape else math.prod(n or 0 for n in shape)
    sizes: Shape | None = goal.sizes
    if sizes is None and goal.ranks == {1} and len(shape) != 1:
        sizes = (None,)
    if sizes is None or count is None or list(sizes).count(None) > 1:
        return
    known = math.prod(n for n in sizes if n is not None)
    if None in sizes:
        if known == 0 or count % known:
            return
        new: Shape = tuple(count // known if n is None else n for n in sizes)
    else:
        new = sizes
        if known != count:
            return
    merged = _merged(shape, new)
    if merged is None:
        return
    text = "{" + ",".join("-1" if n is None else str(n) for n in sizes) + "}"
    yield _Turn("Reshape", ("tensor", "output"), {"shape": text}, new, flattens=merged)


def _merged(old: Shape, new: Shape) -> bool | None:
    """Return whether ``new`` joins sizes of ``old`` that follow one another; None where it cuts elements anew.

    Sizes of 1 count for nothing: False means that only such were added or removed.
    """
    rest = [n for n in old if n != 1]
    merged = False
    for size in (n for n in new if n != 1):
        joined = 1
        while rest and joined < (size or 0):
            merged = merged or joined > 1
            joined *= rest.pop(0) or 0
        if joined != size:
            return None
    return None if rest else merged


# --- doing it ------------------------------------------------------------------------------------------------


def _done(scene: Scene, block: str, pin: Pin, turn: _Turn, problem: Problem) -> list[Fix]:
    """Return the fixes that do a turn: in the literal itself where there is one, else by a block on the wire."""
    wire = _wire_at(scene, block, pin, problem)
    if wire is None:
        literal = _typed_literal(scene, block, pin)
        text = None if literal is None else _turned(literal, turn, scene.text(block, pin))
        return (
            []
            if text is None
            else [Fix(_written(turn, text, pin.name), scene.typed(block, pin, text), turn.by_hand)]
        )
    if not scene.takes_value(wire.target):
        return []
    changes = inserted(wire, scene.namer(), turn.symbol, turn.ends, turn.pins)
    between = Fix(_title(turn), changes, turn.by_hand)
    source = wire.source.block
    symbol, literal = scene.symbol(source), scene.literal(source)
    if symbol is None or symbol.name != "Const" or literal is None or scene.uses(source, "output") != 1:
        return [between]
    val = scene.pin(source, "val")
    text = _turned(literal, turn, scene.text(source, val) if val is not None else None)
    if text is None or len(text) > 60 or turn.order is not None:
        return [between]
    return [Fix(_written(turn, text, source), (WritePin(source, "val", text),), turn.by_hand), between]


def _written(turn: _Turn, text: str, where: str) -> Sentence:
    key = "fix.write-transposed" if turn.order else "fix.write-flat" if turn.flattens else "fix.write-in"
    return Sentence(key, (("text", _short(text)), ("where", where)))


def _title(turn: _Turn) -> Sentence:
    if turn.symbol == "ExpandDims":
        return say("fix.insert", what=say("block.expand-dims", axis=turn.pins["axis"]))
    if turn.symbol == "Reshape":
        shape = turn.pins["shape"]
        what = say("block.flatten", shape=shape) if turn.flattens else say("block.reshape", shape=shape)
        return say("fix.insert", what=what)
    if turn.symbol == "Transpose":
        return say("fix.insert", what=say("block.transpose", order=turn.pins["perm"]))
    return say("fix.insert", what=turn.symbol)


def _turned(literal: Literal, turn: _Turn, typed: PinText | None) -> str | None:
    """Return the text of a literal after the turn; None where it has none or is too long.

    A new first axis is braces around the text as it was typed.
    """
    if (
        turn.pins.get("axis") == "0"
        and isinstance(typed, str)
        and (typed.lstrip()[:1] == "{" or not literal.shape)
    ):
        return "{" + typed.strip() + "}"
    shape = tuple(n for n in turn.shape if n is not None)
    values = literal.values
    if turn.order is not None:
        values = tuple(values[i] for i in _places(literal.shape, turn.order))
    if math.prod(shape) != len(values):
        return None
    try:
        text = format_literal(Literal(literal.dtype, shape, values))
    except LiteralError:
        return None
    return text if len(text) <= _LONGEST else None


def _places(shape: Sequence[int], order: Sequence[int]) -> Iterable[int]:
    """Yield where each value of the transposed tensor stands in the flat one."""
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    for index in itertools.product(*(range(shape[i]) for i in order)):
        yield sum(position * strides[axis] for position, axis in zip(index, order, strict=True))


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:27] + "..."


def _by_attr(scene: Scene, block: str, pin: Pin) -> list[Fix]:
    """Return the fix that lets the op itself transpose a matrix (MatMul's transpose_b, BatchMatMul's adj_y)."""
    symbol, attrs = scene.symbol(block), scene.pin(block, "attrs")
    if symbol is None or attrs is None:
        return []
    text = scene.text(block, attrs)
    text = text if isinstance(text, str) else ""
    values = read_attrs(text, symbol)[0]
    for attr in symbol.attrs:
        if attr.name in (f"transpose_{pin.arg}_", f"adj_{pin.arg}_"):
            new = "false" if values.get(attr.name.rstrip("_")) else "true"
            changed = set_attr(text, attr.name, new)
            title = say("fix.write-attr", name=attr.name, value=new)
            return [by_hand(Fix(title, scene.typed(block, attrs, changed)))]
    return []


def _by_broadcast(scene: Scene, problem: Problem, block: str, pin: Pin) -> list[Fix]:
    """Return the fix of two tensors that cannot be broadcast: a size of 1 at the end, or a transposition."""
    needs = required(problem).shape
    if not isinstance(needs, ShapeOf) or not needs.broadcast or len(problem.related) != 1:
        return []
    other = (
        scene.pin(*problem.related[0].split(".", 1)) if problem.related[0].startswith(f"{block}.") else None
    )
    if other is None:
        return []
    one, two = _shape_at(scene, block, pin, problem), _shape_at(scene, block, other, problem)
    if one is None or two is None or None in one or None in two:
        return []
    found: list[Fix] = []
    for mine, shape, fixed in ((pin, one, two), (other, two, one)):
        if len(shape) < len(fixed) and _broadcast((*shape, 1), fixed):
            turn = _Turn("ExpandDims", ("input", "output"), {"axis": str(len(shape))}, (*shape, 1))
            found += _done(scene, block, mine, turn, problem)
        elif len(shape) == len(fixed) == 2 and _broadcast(shape[::-1], fixed):
            turn = _Turn("Transpose", ("x", "y"), {"perm": "{1,0}"}, shape[::-1], (1, 0))
            found += _done(scene, block, mine, turn, problem)
    return found[:_MOST]


def _broadcast(one: Shape, other: Shape) -> bool:
    return all(a == b or 1 in (a, b) for a, b in zip(one[::-1], other[::-1], strict=False))


def _by_sizes(scene: Scene, problem: Problem, block: str, pin: Pin) -> list[Fix]:
    """Return the fixes of a literal of sizes or an axis whose value does not fit: by hand where one is guessed."""
    literal, wires = _typed_literal(scene, block, pin), scene.wires_to(block, pin.name)
    source: str | None = None
    if len(wires) == 1 and scene.uses(wires[0].source.block, wires[0].source.pin) == 1:
        source = wires[0].source.block
        literal = scene.literal(source)
    elif wires:
        return []
    if literal is None:
        return []
    guesses = _other_values(required(problem).values, literal)
    texts = dict.fromkeys(guesses, True)
    lone = accepted(required(problem))
    if pin.name in HEIGHT_AND_WIDTH and lone is not None and lone.sizes == (2,) and len(literal.values) == 1:
        texts[format_literal(Literal(literal.dtype, (2,), literal.values * 2))] = False
    where = source or pin.name
    return [
        Fix(
            say("fix.write-in", text=text, where=where),
            (WritePin(source, "val", text),) if source is not None else scene.typed(block, pin, text),
            guessed,
        )
        for text, guessed in texts.items()
    ]


def _other_values(needs: Values | None, literal: Literal) -> list[str]:
    if isinstance(needs, SizesMaking) and len(literal.shape) == 1:
        return _open_sizes([int(v) for v in literal.values if isinstance(v, int)], needs.count)
    if not isinstance(needs, InRange) or needs.open or len(literal.values) != 1:
        return []
    value = literal.values[0]
    last = needs.high if isinstance(value, int) and value > 0 else needs.low
    if not isinstance(value, int) or not isinstance(last, int) or needs.low is None or needs.high is None:
        return []
    return [format_literal(Literal(literal.dtype, literal.shape, (last,)))]


def _open_sizes(sizes: list[int], count: int) -> list[str]:
    """Return the sizes with one of them left to TensorFlow (-1), where the others divide the count."""
    found = []
    for open_one in range(len(sizes) - 1, -1, -1):
        others = [n for i, n in enumerate(sizes) if i != open_one]
        known = math.prod(others)
        if all(n > 0 for n in others) and known and count % known == 0:
            new = [*sizes[:open_one], -1, *sizes[open_one + 1 :]]
            found.append("{" + ",".join(map(str, new)) + "}")
    return found[:2]
