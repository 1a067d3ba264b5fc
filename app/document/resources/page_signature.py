"""The pins that a function page has where it stands as a block: what its Arguments and Results say, as a symbol."""

from __future__ import annotations

from collections.abc import Mapping

from app.document.literals.types import LiteralError
from app.document.literals.values import parse_dtype
from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.function_page import (
    ARGUMENT,
    ARGUMENT_DEFAULT,
    ARGUMENT_OUTPUT,
    RESULT,
    RESULT_INPUT,
    arguments_of,
    results_of,
)
from app.document.model.page_symbol import page_symbol
from blocks.catalog import OwnSymbol, load
from blocks.symbol import Pin, PinKind, Symbol, pins_by_name

CATEGORY = "project"  # of the palette, as that of Python blocks

Pages = Mapping[str, Page]  # by symbol

_SCOPE = Pin(name="scope", direction="in", kind="scope", example="scope", wire=False)


def entry_of(name: str, pages: Pages) -> OwnSymbol:
    """Return a page as the catalog holds blocks; ``pages`` are all that blocks of the page may stand for, too."""
    page, named = pages[name], page_symbol(name)
    assert named is not None
    inputs = [_input(name, block, pages) for block in arguments_of(page)]
    outputs = [_output(name, block, pages) for block in results_of(page)]
    shown = [
        Pin(name=f"result_{p.name}", direction="result", kind=p.kind, wire=False, arg=p.name)
        for p in outputs
        if p.kind != "operation"
    ]
    title = (named.page,)
    category = CATEGORY if named.library is None else f"library {named.library}"
    view = pages[name].view
    made = Symbol(
        name=name,
        category=category,
        title=title,
        pins=(_SCOPE, *inputs, *outputs, *shown),
        color=view.color or "",
        icon=view.icon or "",
    )
    return OwnSymbol(made, None, help_of(page))


def help_of(page: Page) -> str:
    """Return what the notes on the page say, in file order."""
    texts = (note.text.strip() for note in page.notes.values() if note.kind == "text")
    return "\n\n".join(text for text in texts if text)


def _input(name: str, block: Block, pages: Pages) -> Pin:
    default = block.pins.get(ARGUMENT_DEFAULT)
    text = default if isinstance(default, str) and default.strip() else None
    return Pin(
        name=block.id,
        direction="in",
        kind="tensor",
        dtype=_declared_dtype(block) or _required_dtype(name, block.id, pages),
        default=text,
        required=default is None or default == "" or (isinstance(default, str) and not default.strip()),
        arg=block.id,
    )


def _declared_dtype(block: Block) -> str | None:
    text = block.pins.get("dtype")
    try:
        return parse_dtype(text) if isinstance(text, str) and text.strip() else None
    except LiteralError:
        return None  # reported at the Argument


def _required_dtype(name: str, argument: str, pages: Pages) -> str | None:
    """Return the dtype that a pin requires which the Argument reaches, the nearest first; None where they are open."""
    todo, met = [(name, argument)], {(name, argument)}
    for where, block in todo:
        page = pages[where]
        for wire in page.wires_from(block, ARGUMENT_OUTPUT):
            target = page.blocks.get(wire.target.block)
            if target is None or target.off:
                continue
            if target.symbol in pages:
                inner = pages[target.symbol].blocks.get(wire.target.pin)
                if inner is None or inner.symbol != ARGUMENT:
                    continue
                dtype = _declared_dtype(inner)
                if dtype is None and (target.symbol, inner.id) not in met:
                    met.add((target.symbol, inner.id))
                    todo.append((target.symbol, inner.id))
            else:
                dtype = _dtype_of_pin(target, wire)
            if dtype is not None:
                return dtype
    return None


def _dtype_of_pin(block: Block, wire: Wire) -> str | None:
    symbol = load().get(block.symbol)
    pin = pins_by_name(symbol, "in").get(wire.target.pin) if symbol is not None else None
    return None if pin is None or pin.kind == "operation" else pin.dtype


def _output(name: str, block: Block, pages: Pages) -> Pin:
    return Pin(name=block.id, direction="out", kind=_kind_of(name, block.id, pages), arg=block.id)


def _kind_of(name: str, result: str, pages: Pages) -> PinKind:
    """Return the kind of what is wired to a Result: a tensor, a list of them, or an operation."""
    met: set[tuple[str, str]] = set()
    while (name, result) not in met:
        met.add((name, result))
        page = pages[name]
        source = next((w.source for w in page.wires_to(result, RESULT_INPUT)), None)
        block = page.blocks.get(source.block) if source is not None else None
        if source is None or block is None or block.off or source.index is not None:
            return "tensor"
        if block.symbol not in pages:
            return _kind_of_output(block, source)
        inner = pages[block.symbol].blocks.get(source.pin)
        if inner is None or inner.symbol != RESULT:
            return "tensor"
        name, result = block.symbol, inner.id
    return "tensor"


def _kind_of_output(block: Block, source: PinRef) -> PinKind:
    symbol = load().get(block.symbol)
    pin = pins_by_name(symbol, "out").get(source.pin) if symbol is not None else None
    return pin.kind if pin is not None and pin.kind in ("list(tensor)", "operation") else "tensor"
