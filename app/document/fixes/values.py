"""Fixes of value pins and attrs: missing ones, lists of a wrong length, numbers that are too small, misspelt words.

A value that nothing on the page says is a guess, so its fix is by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from app.document.fixes.scene import Scene, dt_name, highest_required, required, there
from app.document.literals.attrs import read_attrs, set_attr
from app.document.literals.formatter import format_literal
from app.document.literals.parser import parse_literal
from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import format_value, parse_string_list, parse_value
from app.document.model.fix import Fix, WritePin, by_hand
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.document.model.spelling import nearest, stands_out
from blocks.op_facts.attr_values import ATTR_VALUES
from blocks.op_facts.window_sizes import POSITIVE_ATTRS, window_length
from blocks.requirement import ShapeOf
from blocks.symbol import Attr, OpAttr, Pin

# Requirements of numbers of which only the order is wrong, where they are different ones.
_RISING = frozenset({"needs.diagonals", "needs.lower-first", "needs.low-then-high", "needs.rising-order"})
# Requirements of the dtype that a tensor has which was packed or stored before.
_OF_STORED = frozenset({"needs.packed-dtype", "needs.dtype-of-stored"})
_MOST = 3
_MOST_WORDS = 4  # that are offered where none is like the one that is typed
_NOT_ALONE = frozenset({"EXPLICIT"})  # words that need another attr as well
_LIKELY_TYPES = ("DT_FLOAT", "DT_INT32", "DT_STRING")


def missing(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that type a value where one is needed: the original's example, or the usual one."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    if block is None or scene.symbol(block) is None:
        return []
    if pin is not None and pin.attr is not None and not pin.wire:
        texts = _usual(scene, block, pin, _attr(scene, block, pin.attr), pin.example)
        return [_guess(scene, block, pin, text) for text in texts]
    return _missing_in_attrs(scene, block) if problem.code == "missing-attr" else []


def _guess(scene: Scene, block: str, pin: Pin, text: str) -> Fix:
    return Fix(say("fix.write-in", text=text, where=pin.name), scene.typed(block, pin, text), by_hand=True)


def stored_dtype(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that types the dtype that a stored or packed tensor has (found when it is read)."""
    block, needs = problem.block, problem.requirement
    pin = scene.pin(block, problem.pin)
    if block is None or pin is None or pin.kind != "type":
        return []
    if not isinstance(needs, Sentence) or needs.key not in _OF_STORED:
        return []
    name = dt_name(str(needs["dtype"]))
    if name is None:
        return []
    return [Fix(say("fix.write", text=name), (WritePin(block, pin.name, name),))]


def too_small(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that puts 1 in the place of each stride, size or rate that is not positive."""
    found = []
    for pin, attr, values, kind in _lists(scene, problem):
        if attr in POSITIVE_ATTRS and any(v <= 0 for v in values):
            found.append(_rewritten(scene, problem, pin, attr, kind, [v if v > 0 else 1 for v in values]))
    return [by_hand(fix) for fix in found if fix is not None][:1]


def disordered(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that puts typed numbers into the order that is required: the lower ones first."""
    needs, block, pin = problem.requirement, problem.block, scene.pin(problem.block, problem.pin)
    if not isinstance(needs, Sentence) or needs.key not in _RISING or block is None or pin is None:
        return []
    text = scene.text(block, pin)
    if not isinstance(text, str) or pin.kind == "attrs":
        return []
    try:
        typed = parse_literal(text, None)
    except LiteralError:
        return []
    numbers = [n for n in typed.values if isinstance(n, (int, float)) and not isinstance(n, bool)]
    if len(typed.shape) != 1 or len(numbers) != len(typed.values) or len(set(numbers)) < len(numbers):
        return []
    new = format_literal(Literal(typed.dtype, typed.shape, tuple(sorted(numbers))))
    return [] if new == text else [_guess(scene, block, pin, new)]


def element_shapes(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that writes the shape which the elements of a data set have, in a list of shapes."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    needs, unfit = required(problem).shape, there(problem).shape
    if block is None or pin is None or pin.kind != "list(shape)" or not isinstance(needs, ShapeOf):
        return []
    text = scene.text(block, pin)
    try:
        shapes = parse_value(pin.kind, text) if isinstance(text, str) else None
    except LiteralError:
        return []
    if not isinstance(shapes, list) or any(isinstance(size, str) for size in needs.sizes):
        return []
    said = [None if one is None else tuple(None if n in (None, -1) else n for n in one) for one in shapes]
    places = [i for i, one in enumerate(said) if one == unfit]
    if len(places) != 1:
        return []
    new = [list(needs.sizes) if i == places[0] else one for i, one in enumerate(shapes)]
    return [_guess(scene, block, pin, format_value(pin.kind, new))]


def wrong_length(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that gives a list one number for each dimension of the pictures, the batch and the depth."""
    op = scene.op(problem.block)
    for pin, attr, values, kind in _lists(scene, problem):
        count = window_length(op.name, attr) if op is not None else None
        new = (
            None
            if count is None or len(values) == count
            else _of_length(values, count, _depth_first(scene, problem))
        )
        if new is not None:
            fix = _rewritten(scene, problem, pin, attr, kind, new)
            return [] if fix is None else [fix]
    return []


def wrong_word(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of a value pin that holds none of the words allowed, or too small a number."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    attr = _attr(scene, block, pin.attr) if block is not None and pin is not None and pin.attr else None
    if block is None or pin is None or attr is None:
        return []
    text = scene.text(block, pin)
    is_near = False
    allowed = attr.allowed or _words_of_kernel(scene, block, attr)
    if allowed and attr.type == "string" and isinstance(text, str):
        words = nearest(text.strip().strip('"'), allowed, _MOST)
        is_near = bool(words) and stands_out(text.strip().strip('"'), words)
        if not words and len(allowed) <= _MOST_WORDS:  # all of them or none: some few would be a choice
            words = tuple(word for word in allowed if word not in _NOT_ALONE)
    elif allowed and attr.type == "list(string)" and isinstance(text, str):
        return _spelt_words(scene, block, pin, text, allowed)
    elif attr.minimum is not None and attr.type == "int":
        number = there(problem)
        said = number.count if number.count is not None else _whole(number.value)
        if said is not None and said >= attr.minimum:
            return []  # the number is too large, and what is right is not known
        words = (str(attr.minimum),)
    else:
        return []
    found = [_guess(scene, block, pin, w) for w in words if w != text]
    return [replace(found[0], by_hand=False), *found[1:]] if is_near and found else found


def _words_of_kernel(scene: Scene, block: str, attr: OpAttr) -> tuple[str, ...]:
    """Return the words of which a kernel takes one, where the registry does not name them."""
    op = scene.op(block)
    known = ATTR_VALUES.get((op.name, attr.name), ()) if op is not None else ()
    return tuple(word for word in known if isinstance(word, str) and word)


def _spelt_words(scene: Scene, block: str, pin: Pin, text: str, allowed: Sequence[str]) -> list[Fix]:
    """Return the fix of a list of words in which each wrong one is near to one of those allowed."""
    try:
        typed = parse_string_list(text)
    except LiteralError:
        return []
    near = [word if word in allowed else next(iter(nearest(word, allowed, 1)), "") for word in typed]
    return [_guess(scene, block, pin, format_value("list(string)", near))] if all(near) else []


def _whole(text: str | None) -> int | None:
    """Return the whole number that a text is; None for others."""
    try:
        return int(text or "")
    except ValueError:
        return None


def too_few(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that lets a number pin say how many wires there are."""
    block, pin = problem.block, scene.pin(problem.block, problem.pin)
    arg = scene.arg(block, pin) if block is not None and pin is not None else None
    symbol = scene.symbol(block)
    if block is None or pin is None or symbol is None or arg is None or arg.number_attr is None:
        return []
    number = there(problem).count
    says = next((p for p in symbol.inputs if p.attr == arg.number_attr), None)
    count = "" if number is None else str(number)
    if says is None or not count or not scene.reads(block, says, count):
        return []
    return [Fix(say("fix.write-in", text=count, where=says.name), scene.typed(block, says, count))]


def index_of_output(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix of an Output block that names an output which the op does not have: its last one."""
    pin = scene.pin(problem.block, problem.pin)
    highest = highest_required(problem)
    if problem.block is None or pin is None or pin.kind != "int" or highest is None:
        return []
    last = str(highest)
    return [_guess(scene, problem.block, pin, last)]


# --- lists of numbers ----------------------------------------------------------------------------------------


def _lists(scene: Scene, problem: Problem) -> Iterator[tuple[Pin, str, list[int], str]]:
    """Yield the lists and numbers that a problem may be about: its pin's, or those of the attrs text."""
    block, symbol = problem.block, scene.symbol(problem.block)
    if block is None or symbol is None:
        return
    for pin in symbol.inputs:
        text = scene.text(block, pin)
        if not isinstance(text, str) or (problem.pin not in (None, pin.name)):
            continue
        if pin.kind == "attrs":
            for name, value in read_attrs(text, symbol)[0].items():
                if isinstance(value, (list, int, float)) and not isinstance(value, bool):
                    kind = "list(int)" if isinstance(value, list) else "int"
                    yield pin, name, list(value) if isinstance(value, list) else [value], kind  # type: ignore[list-item]
        elif pin.attr is not None and pin.kind in ("list(int)", "int"):
            try:
                value = parse_value(pin.kind, text)
            except LiteralError:
                continue
            yield pin, pin.attr, value if isinstance(value, list) else [value], pin.kind


def _rewritten(
    scene: Scene, problem: Problem, pin: Pin, attr: str, kind: str, values: list[int]
) -> Fix | None:
    """Return the fix that writes a list anew, in its pin or in the attrs text."""
    block = problem.block or ""
    text = format_value("list(int)", values) if kind == "list(int)" else str(values[0])
    if pin.kind != "attrs":
        return Fix(say("fix.write-in", text=text, where=pin.name), scene.typed(block, pin, text))
    symbol, old = scene.symbol(block), scene.text(block, pin)
    key = (
        next((a.name for a in symbol.attrs if (a.attr or a.name.rstrip("_")) == attr), None)
        if symbol
        else None
    )
    if key is None or not isinstance(old, str):
        return None
    return Fix(say("fix.write-attr", name=key, value=text), scene.typed(block, pin, set_attr(old, key, text)))


def _of_length(values: Sequence[int], count: int, depth_first: bool) -> list[int] | None:
    """Return the numbers with 1 for batch and depth, as the list of ``count``; None where that is not plain."""
    inner = list(values)
    if len(inner) == count - 1:
        inner = inner[1:] if inner[0] == 1 else inner[:-1] if inner[-1] == 1 else inner
    elif len(inner) == 1:
        inner = inner * (count - 2)
    elif len(inner) > count and inner[0] == inner[-1] == 1:
        inner = inner[1 : count - 1]
    if len(inner) != count - 2:
        return [1] * count if set(values) == {1} else None
    return [1, 1, *inner] if depth_first else [1, *inner, 1]


def _depth_first(scene: Scene, problem: Problem) -> bool:
    symbol, pin = scene.symbol(problem.block), scene.pin(problem.block, "attrs")
    text = scene.text(problem.block or "", pin) if symbol is not None and pin is not None else None
    values = read_attrs(text, symbol)[0] if isinstance(text, str) and symbol is not None else {}
    return str(values.get("data_format", "")).startswith("NC")


# --- missing values ------------------------------------------------------------------------------------------


def _attr(scene: Scene, block: str, name: str) -> OpAttr | None:
    op = scene.op(block)
    return op.attr(name) if op is not None else None


def _missing_in_attrs(scene: Scene, block: str) -> list[Fix]:
    """Return the fix that adds what the op needs and the attrs text lacks."""
    symbol, op, pin = scene.symbol(block), scene.op(block), scene.pin(block, "attrs")
    if symbol is None or op is None or pin is None:
        return []
    text = scene.text(block, pin)
    text = text if isinstance(text, str) else ""
    known = read_attrs(text, symbol)[0]
    examples = read_attrs(pin.example or "", symbol)[0]
    for attr in symbol.attrs:
        name = attr.attr or attr.name.rstrip("_")
        needed = op.attr(name)
        if needed is None or needed.has_default or name in known or name in symbol.fixed_attrs:
            continue
        example = format_value(attr.kind, examples[name]) if name in examples else None
        for value in _usual(scene, block, attr, needed, example)[:1]:
            changed = set_attr(text, attr.name, value)
            title = say("fix.write-attr", name=attr.name, value=value)
            return [Fix(title, scene.typed(block, pin, changed), by_hand=True)]
    return []


def _usual(
    scene: Scene, block: str, place: Pin | Attr, attr: OpAttr | None, example: str | None
) -> list[str]:
    """Return up to three texts that such a pin or attr usually holds and that read."""
    op = scene.op(block)
    if attr is None or op is None:
        return []
    texts = [example] if example else []
    length = window_length(op.name, attr.name)
    if place.kind == "type":
        texts += [t for t in _LIKELY_TYPES if not attr.allowed or t in attr.allowed]
    elif length is not None:
        inner = 2 if attr.name.startswith("ksize") else 1
        texts.append(format_value("list(int)", [1, *[inner] * (length - 2), 1]))
    elif attr.allowed and place.kind == "string":
        texts += [t for t in attr.allowed if t not in _NOT_ALONE]
    elif example and place.kind == "int" and attr.minimum is not None:
        texts.append(str(attr.minimum))
    probe = Pin(name=place.name, direction="in", kind=place.kind, attr=attr.name)
    return [t for t in dict.fromkeys(texts) if scene.reads(block, probe, t)][:_MOST]
