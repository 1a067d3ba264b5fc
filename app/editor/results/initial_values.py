"""The value with which a Variable begins, or that a constant is, as the diagram says it: there before any run."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.literals.parser import parse_literal
from app.document.literals.types import LiteralError
from app.document.literals.values import parse_dtype, parse_value
from app.document.model.address import parse_address
from app.document.model.diagram import ArrayRef, Block, Page, PinText
from app.document.model.function_page import ARGUMENT, ARGUMENT_DEFAULT
from app.document.model.sentence import Unreadable
from app.document.resources.companion_files import CompanionFault, Companions
from app.document.resources.function_pages import FunctionPages

if TYPE_CHECKING:
    from app.engine.values.results import TensorValue

_PINS = {"Variable": "initvalues", "Const": "val", "Const_ex": "val", ARGUMENT: ARGUMENT_DEFAULT}
_MOST = 64 << 20  # values that are made for a Variable of zeros


def initial_value(
    page: Page, functions: FunctionPages, companions: Companions, key: str
) -> TensorValue | None:
    """Return what an output ``use/block.pin`` of a page has before a run; None where only a run says it."""
    try:
        address = parse_address(key)
    except Unreadable:  # a block of a foreign file whose id is none
        return None
    pages = [page]
    for use in address.uses:
        block = pages[-1].blocks.get(use)
        inner = functions.pages.get(block.symbol) if block is not None else None
        if inner is None:
            return None
        pages.append(inner)
    block = pages[-1].blocks.get(address.block)
    if block is None or block.symbol not in _PINS:
        return None
    text = _text_at(pages, address.uses, block)
    if text is None:
        return _zeros(block)
    try:
        return _read(text, block, companions)
    except (LiteralError, CompanionFault, OSError):
        return None


def _text_at(pages: list[Page], uses: tuple[str, ...], block: Block) -> PinText | None:
    """Return the text or array of a block, sought in the uses around where Arguments bring it."""
    level, pin = len(pages) - 1, _PINS[block.symbol]
    if block.symbol == ARGUMENT and level:
        level, pin, block = level - 1, block.id, pages[level - 1].blocks[uses[level - 1]]
    while wires := pages[level].wires_to(block.id, pin):
        source = pages[level].blocks.get(wires[0].source.block)
        if source is None or source.symbol not in ("Const", "Const_ex", ARGUMENT):
            return ""  # computed
        pin, block = _PINS[source.symbol], source
        if source.symbol == ARGUMENT and level:
            level, pin, block = level - 1, source.id, pages[level - 1].blocks[uses[level - 1]]
    return block.pins.get(pin)


def _read(text: PinText, block: Block, companions: Companions) -> TensorValue | None:
    import numpy as np  # late: few windows show arrays

    from app.document.resources.npz_archive import open_archive
    from app.engine.values.results import TensorValue, numpy_dtype, tensor_of
    from blocks.dtypes import DTYPES

    if isinstance(text, ArrayRef):
        with open_archive(companions.path(text.npz), Path(text.npz).name) as archive:
            return tensor_of(archive.array(text.key))
    if not text.strip():
        return None
    dtype = block.pins.get("dtype")
    literal = parse_literal(text, parse_dtype(dtype) if isinstance(dtype, str) and dtype.strip() else None)
    label = DTYPES[literal.dtype].label
    values = np.array(literal.values, dtype=object if label == "string" else numpy_dtype(label))
    shape = _shape_of(block)
    if shape is not None and values.size == 1:
        return TensorValue(label, np.broadcast_to(values.reshape(()), shape))
    fits = shape is not None and prod(shape) == values.size
    return TensorValue(label, values.reshape(shape if fits and shape is not None else literal.shape))


def _zeros(block: Block) -> TensorValue | None:
    """Return what a Variable begins with whose initial value is not given."""
    import numpy as np

    from app.engine.values.results import TensorValue, numpy_dtype
    from blocks.dtypes import DTYPES

    shape, dtype = _shape_of(block), block.pins.get("dtype")
    if block.symbol != "Variable" or shape is None or not isinstance(dtype, str) or prod(shape) > _MOST:
        return None
    try:
        known = DTYPES[parse_dtype(dtype)]
    except LiteralError:
        return None
    if known.kind not in ("float", "int", "uint", "bool", "complex"):
        return None
    return TensorValue(known.label, np.zeros(shape, numpy_dtype(known.label)))


def _shape_of(block: Block) -> tuple[int, ...] | None:
    """Return the shape that a Variable says, None where it says none or an open one."""
    text = block.pins.get("shape")
    if block.symbol != "Variable" or not isinstance(text, str) or not text.strip():
        return None
    try:
        shape = parse_value("shape", text)
    except LiteralError:
        return None
    return None if shape is None or -1 in shape else tuple(shape)
