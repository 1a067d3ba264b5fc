"""How many parameters blocks hold and how much memory these take: Variables and constants, of uses those within.

Counted are Variables, and constants of floating dtypes with more than one value, as frozen models have them for
Variables. What only says how a Variable begins is not counted besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import NamedTuple

from app.document.model.diagram import Block
from app.document.model.function_page import ARGUMENT, ARGUMENT_OUTPUT
from app.document.resources.function_pages import FunctionPages
from blocks.dtypes import BY_LABEL
from blocks.tensor_spec import Shape, TensorSpec

_VARIABLE, _STATE, _START = "Variable", "ref", "initvalues"
_CONSTANTS = {"Const": "output", "Const_ex": "output"}

_Held = tuple[str, Shape | None]  # dtype and shape of something that is counted
Types = Mapping[str, TensorSpec | str]


class Weight(NamedTuple):
    """Parameters, and the bytes that they take."""

    parameters: int = 0
    bytes: int = 0


def weight_of(blocks: Iterable[Block], functions: FunctionPages, types: Types) -> Weight:
    """Return what some blocks of a page hold, as far as the types of the outputs there are known."""
    parameters = size = 0
    for (dtype, shape), times in Counter(_held(blocks, functions, types)).items():
        count = _count(shape) * times
        parameters += count
        size += count * _bytes_of(dtype)
    return Weight(parameters, size)


def _held(blocks: Iterable[Block], functions: FunctionPages, types: Types) -> Iterator[_Held]:
    """Give dtype and shape of what is counted, uses taken apart with an explicit stack."""
    if not types:
        return
    counts: dict[_Held, bool] = {}  # of a large model thousands are alike
    todo: list[tuple[str, list[Block]]] = [("", _holding(blocks, functions))]
    within: dict[str, list[Block]] = {}  # by symbol of a use, those that count of its page
    started: dict[tuple[str, str], bool] = {}
    while todo:
        prefix, some = todo.pop()
        for block in some:
            inner = functions.pages.get(block.symbol)
            if inner is not None:
                place = f"{prefix}{block.id}/"
                if block.symbol not in within:
                    within[block.symbol] = _holding(inner.blocks.values(), functions)
                todo.append((place, within[block.symbol]))
                for pin, text in block.pins.items():
                    if text == "" or _starts(block.symbol, pin, functions, started):
                        continue
                    spec = types.get(f"{place}{pin}.{ARGUMENT_OUTPUT}")
                    if isinstance(spec, TensorSpec) and _is_parameter(
                        held := (spec.dtype, spec.shape), counts
                    ):
                        yield held
            elif block.symbol == _VARIABLE:
                spec = types.get(f"{prefix}{block.id}.{_STATE}")
                if isinstance(spec, TensorSpec):
                    yield spec.dtype, spec.shape
            elif block.symbol in _CONSTANTS:
                spec = types.get(f"{prefix}{block.id}.{_CONSTANTS[block.symbol]}")
                if isinstance(spec, TensorSpec) and _is_parameter(held := (spec.dtype, spec.shape), counts):
                    yield held


def _holding(blocks: Iterable[Block], functions: FunctionPages) -> list[Block]:
    """Return the blocks that may hold something."""
    return [
        block
        for block in blocks
        if not block.off
        and (block.symbol == _VARIABLE or block.symbol in _CONSTANTS or block.symbol in functions.pages)
    ]


def _is_parameter(constant: _Held, known: dict[_Held, bool]) -> bool:
    """Return whether a constant counts, which ``known`` says of those of other blocks that are alike."""
    found = known.get(constant)
    if found is None:
        dtype, shape = constant
        found = known[constant] = bool(shape) and _is_floating(dtype) and _count(shape) > 1
    return found


def _count(shape: Shape | None) -> int:
    """Return how many values a tensor of known shape has; 0 where a size is open."""
    return 0 if shape is None or None in shape else prod(n or 0 for n in shape)


def _starts(symbol: str, pin: str, functions: FunctionPages, known: dict[tuple[str, str], bool]) -> bool:
    """Return whether a pin of a use only says how Variables within begin."""
    if (symbol, pin) not in known:
        known[symbol, pin] = all(
            target == _VARIABLE and name == _START for target, name in _ends(symbol, pin, functions)
        )
    return known[symbol, pin]


def _ends(symbol: str, pin: str, functions: FunctionPages) -> Iterator[tuple[str, str]]:
    """Give the kinds of blocks, and their pins, that a pin of a use reaches through Arguments."""
    todo, met = [(symbol, pin)], {(symbol, pin)}
    for where, argument in todo:
        page = functions.pages[where]
        block = page.blocks.get(argument)
        if block is None or block.symbol != ARGUMENT:
            continue
        for wire in page.wires_from(argument):
            target = page.blocks.get(wire.target.block)
            if target is None:
                continue  # a wire of a damaged page
            within = (target.symbol, wire.target.pin)
            if target.symbol not in functions.pages:
                yield within
            elif within not in met:
                met.add(within)
                todo.append(within)


def _is_floating(dtype: str) -> bool:
    return dtype in BY_LABEL and BY_LABEL[dtype].kind == "float"


def _bytes_of(dtype: str) -> int:
    digits = "".join(filter(str.isdigit, dtype.removeprefix("float8")))
    return 1 if dtype in ("bool", "string") or not digits else max(1, int(digits) // 8)
