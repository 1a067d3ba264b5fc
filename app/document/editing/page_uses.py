"""What edits do about pages that stand as blocks: uses follow a page's name, and no page may use itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from app.document.editing.base import Change, refuse
from app.document.literals.values import format_value
from app.document.model.diagram import Block, Page, Project
from app.document.model.page_symbol import PREFIX, names_page, symbol_of_text, text_of_symbol
from app.document.model.sentence import say
from app.document.resources.function_pages import function_pins, names_in, pages_named, symbols_named


class UseText(NamedTuple):
    """A text of a block that names pages: its symbol (``pin`` is None), or that of a pin of kind func."""

    page: str
    block: str
    pin: str | None
    before: str
    after: str


def renamed_uses(project: Project, old: str, new: str) -> list[UseText]:
    """Return what becomes of the texts that name a page when it bears another name."""
    found: list[UseText] = []
    symbol, other = f"{PREFIX}{old}", f"{PREFIX}{new}"
    for page in project.pages:
        for block in page.blocks.values():
            if block.symbol == symbol:
                found.append(UseText(page.name, block.id, None, symbol, other))
            elif block.pins:
                found += _renamed_texts(page, block, symbol, other)
    return found


def renamed_block(block: Block, names: Mapping[str, str]) -> Block:
    """Return a block that names pages of the project by other names; the same one where it names none of them."""
    if block.symbol.startswith(PREFIX):
        page = block.symbol.removeprefix(PREFIX)
        return replace(block, symbol=f"{PREFIX}{names[page]}") if page in names else block
    pins = dict(block.pins)
    for pin, kind in function_pins(block.symbol).items() if pins else ():
        named = names_in(block.symbol, pin, pins.get(pin))
        if not names.keys().isdisjoint(named):
            pins[pin] = text_of_names(kind, [names.get(name, name) for name in named])
    return block if pins == block.pins else replace(block, pins=pins)


def text_of_names(kind: str, names: list[str]) -> str:
    """Return the text of a pin of this kind that names pages so."""
    return format_value("func", names[0]) if kind == "func" else format_value("list(func)", names)


def _renamed_texts(page: Page, block: Block, symbol: str, other: str) -> Iterator[UseText]:
    for pin, kind in function_pins(block.symbol).items():
        text = block.pins.get(pin)
        names = names_in(block.symbol, pin, text)
        if not isinstance(text, str) or symbol not in map(symbol_of_text, names):
            continue
        renamed = [text_of_symbol(other) if symbol_of_text(name) == symbol else name for name in names]
        yield UseText(page.name, block.id, pin, text, text_of_names(kind, renamed))


def put_texts(project: Project, uses: Iterable[UseText], *, back: bool = False) -> list[Change]:
    """Write the texts, or those that were there before; return the changes."""
    changes = []
    for use in uses:
        page = project.page(use.page)
        assert page is not None
        block, text = page.blocks[use.block], use.before if back else use.after
        if use.pin is None:
            block.symbol = text
        else:
            block.pins[use.pin] = text
        changes.append(Change("block-changed", use.page, use.block, (use.block,), old=use.pin))
    return changes


def check_no_cycle(project: Project, page: str, blocks: Iterable[Block]) -> None:
    """Refuse blocks by which a page would use itself, directly or through others."""
    blocks = [b for b in blocks if names_page(b.symbol) or (b.pins and function_pins(b.symbol))]
    if not blocks:
        return
    pages = {f"{PREFIX}{p.name}": p for p in project.pages}
    own = f"{PREFIX}{page}"
    for block in blocks:
        for symbol in dict.fromkeys(pages_named(Page(name=page, blocks={block.id: block}))):
            path = _path(symbol, own, pages)
            if path is not None:
                names = " -> ".join((page, *(s.removeprefix(PREFIX) for s in path)))
                raise refuse("page-cycle", say("page.cycle", page=page, path=names), block.id)


def _path(start: str, end: str, pages: dict[str, Page]) -> list[str] | None:
    """Return the pages on a way from one to another along what they name, both among them; None without one."""
    before: dict[str, str | None] = {start: None}
    todo = [start]
    while todo:
        symbol = todo.pop()
        if symbol == end:
            path: list[str] = []
            step: str | None = symbol
            while step is not None:
                path.append(step)
                step = before[step]
            return path[::-1]
        for following in pages_named(pages[symbol]) if symbol in pages else ():
            if following not in before:
                before[following] = symbol
                todo.append(following)
    return None


def pages_used(project: Project, block: Block) -> Iterator[Page]:
    """Give the project's pages that a block stands for, or names as functions."""
    for symbol in symbols_named(block):
        page = project.page(symbol.removeprefix(PREFIX)) if symbol.startswith(PREFIX) else None
        if page is not None:
            yield page
