"""The pages that blocks of a project may stand for: which they are, and why others are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.address import Address
from app.document.model.diagram import Block, Page
from app.document.model.function_page import arguments_of, is_function_page, results_of, session_of
from app.document.model.page_symbol import PREFIX, names_page, page_symbol, symbol_of_text
from app.document.model.sentence import say
from app.document.model.spelling import nearest
from app.document.resources.library_pages import NO_LIBRARIES, Libraries
from app.document.resources.page_signature import entry_of
from app.document.resources.unfit import Unfit
from blocks.catalog import OwnSymbol, load

_SHOWN = 8  # pages of a cycle that a message names
_MOST_BLOCKS = 200_000  # that a page may stand for: pages that stand on each other twice double with each


class PinCounts(NamedTuple):
    """How many pins a page has where it stands as a block, or is called."""

    arguments: int
    results: int


class FunctionPages(msgspec.Struct, frozen=True):
    """The pages that can stand as blocks, by symbol, and why symbols that blocks bear are none."""

    pages: dict[str, Page] = {}
    unfit: dict[str, Unfit] = {}
    sizes: dict[str, int] = {}  # how many blocks a page stands for, with those within it
    choices: dict[
        str, PinCounts
    ] = {}  # `nameable` where not all pages are here, but a block needs another name

    @classmethod
    def of(cls, pages: Iterable[Page], libraries: Libraries = NO_LIBRARIES) -> FunctionPages:
        """Return what a project's pages, and those of its libraries, say of each other."""
        by_symbol = {**{f"{PREFIX}{page.name}": page for page in pages}, **libraries.pages}
        named = {symbol: tuple(pages_named(page)) for symbol, page in by_symbol.items()}
        fit = {symbol: page for symbol, page in by_symbol.items() if is_function_page(page)}
        unfit: dict[str, Unfit] = {}
        for symbol in dict.fromkeys(s for symbols in named.values() for s in symbols):
            if symbol not in fit:
                unfit[symbol] = _why_none(symbol, by_symbol, fit, libraries)
        for cycle in _cycles(named):
            for symbol in cycle:
                fit.pop(symbol, None)
                unfit[symbol] = _uses_itself(symbol, cycle)
        sizes = _sizes(fit, named)
        for symbol, size in sizes.items():
            if size > _MOST_BLOCKS:
                del fit[symbol]
                unfit[symbol] = _too_large(symbol)
        return cls(fit, unfit, sizes) if fit or unfit else NO_PAGES

    def reached_from(self, page: Page) -> FunctionPages:
        """Return those that the blocks of one page stand for, directly or through others."""
        if not (self.pages or self.unfit):
            return self
        uses = list(pages_named(page))
        lacks_name = any(map(self._lacks_name, page.blocks.values()))
        choices = self._choices_on(page) if lacks_name else {}
        todo, found = list(dict.fromkeys(uses)), FunctionPages({}, {}, choices=choices)
        met = set(todo)
        if sum(self.sizes.get(symbol, 0) for symbol in uses) > _MOST_BLOCKS:
            found.unfit.update({symbol: _too_large(symbol) for symbol in todo})
            return found
        while todo:
            symbol = todo.pop()
            if symbol in self.unfit:
                found.unfit[symbol] = self.unfit[symbol]
            if symbol not in self.pages:
                continue
            found.pages[symbol] = self.pages[symbol]
            inner = [s for s in dict.fromkeys(pages_named(self.pages[symbol])) if s not in met]
            met.update(inner)
            todo += inner
        return found if met or choices else NO_PAGES

    @property
    def nameable(self) -> Mapping[str, PinCounts]:
        """The pages that a text may name, with their pins, by symbol."""
        return self.choices or {
            symbol: PinCounts(len(arguments_of(page)), len(results_of(page)))
            for symbol, page in self.pages.items()
        }

    def _lacks_name(self, block: Block) -> bool:
        """Return whether a block names no page where it has to, or one that is none."""
        pins = {} if block.off else function_pins(block.symbol)
        if not pins:
            return False
        names = [_names(block, pin) for pin in pins]
        return not all(names) or any(symbol_of_text(n) in self.unfit for those in names for n in those)

    def _choices_on(self, page: Page) -> dict[str, PinCounts]:
        """Return the pages that a text on a page may name: not this page, and none that uses it."""
        using = {f"{PREFIX}{page.name}"}
        named = {symbol: set(pages_named(other)) for symbol, other in self.pages.items()}
        while more := {symbol for symbol, those in named.items() if symbol not in using and those & using}:
            using |= more
        return {symbol: counts for symbol, counts in self.nameable.items() if symbol not in using}

    def blocks_of(self, page: Page) -> int:
        """Return how many blocks a page stands for, with those of the pages on it."""
        return len(page.blocks) + sum(self.sizes.get(symbol, 0) for symbol in pages_named(page))

    def symbols(self) -> dict[str, OwnSymbol]:
        """Return the catalog's entries of the pages."""
        return {name: entry_of(name, self.pages) for name in self.pages}


NO_PAGES = FunctionPages()


def page_at(page: Page, functions: FunctionPages, uses: Sequence[str]) -> Page | None:
    """Return the page that uses lead to, one within the other; None where any of them is none."""
    for use in uses:
        block = page.blocks.get(use)
        inner = functions.pages.get(block.symbol) if block is not None and not block.off else None
        if inner is None:
            return None
        page = inner
    return page


def page_with(page: Page, functions: FunctionPages, address: Address) -> Page | None:
    """Return the page that the way to a block leads to, through uses and through pages that blocks call.

    Of several pages that a block calls it is the first one that holds what comes next.
    """
    for step, following in zip(address.uses, (*address.uses[1:], address.block), strict=True):
        block = page.blocks.get(step)
        names = symbols_named(block) if block is not None and not block.off else ()
        pages = [functions.pages[name] for name in names if name in functions.pages]
        if not pages:
            return None
        page = next((p for p in pages if following in p.blocks), pages[0])
    return page


def pages_named(page: Page, *, off: bool = False) -> Iterator[str]:
    """Give the symbols of the pages that blocks of a page stand for, or name as functions; some more than once.

    Blocks that are switched off count only where ``off`` is given.
    """
    for block in page.blocks.values():
        if off or not block.off:
            yield from symbols_named(block)


def symbols_named(block: Block) -> Iterable[str]:
    """Return the symbols of the pages that a block stands for, or names as functions."""
    if names_page(block.symbol):
        return (block.symbol,)
    pins = function_pins(block.symbol) if block.pins else None
    if not pins:
        return ()
    # an address means the body first
    ordered = sorted(pins, key=lambda pin: pin == "cond")
    return [symbol_of_text(name) for pin in ordered for name in _names(block, pin)]


def function_pins(symbol: str) -> Mapping[str, str]:
    """Return the pins of a symbol that name pages, with their kinds."""
    found = _function_pins.get(symbol)
    if found is None:
        known = load().get(symbol)
        pins = known.inputs if known is not None else ()
        found = _function_pins[symbol] = {p.name: p.kind for p in pins if p.kind in ("func", "list(func)")}
    return found


_function_pins: dict[str, dict[str, str]] = {}  # by symbol of the shipped catalog


def names_in(symbol: str, pin: str, text: object) -> list[str]:
    """Return the names of pages that a block's text gives; none where it does not read."""
    kind = function_pins(symbol).get(pin)
    if kind is None or not isinstance(text, str) or not text.strip():
        return []
    try:
        value = parse_value("func", text) if kind == "func" else parse_value("list(func)", text)
    except LiteralError:
        return []  # reported at the pin
    return [value] if isinstance(value, str) else list(value)


def _names(block: Block, pin: str) -> list[str]:
    return names_in(block.symbol, pin, block.pins.get(pin))


def _why_none(symbol: str, pages: Mapping[str, Page], fit: Mapping[str, Page], libraries: Libraries) -> Unfit:
    """Return why a symbol that a block bears is no page that can stand as one."""
    named, page = page_symbol(symbol), pages.get(symbol)
    if named is not None and named.library is not None:
        unfit = libraries.why_none(named.library)
        if unfit is not None:
            return unfit
    if page is None:
        name, library = (symbol, None) if named is None else named
        beside = [n.page for s in fit if (n := page_symbol(s)) is not None and n.library == library]
        near = nearest(name, beside, 3)
        hint = say("hint.did-you-mean", names=near) if near else say("hint.another-page")
        return Unfit("missing-page", say("page.missing", page=name), hint, say("needs.page"))
    session = session_of(page)
    if session is not None:
        sentence = say("page.has-session", page=page.name, session=session)
        return Unfit("page-has-session", sentence, say("hint.session-elsewhere"), say("needs.page"))
    sentence = say("page.without-pins", page=page.name)
    return Unfit("page-without-pins", sentence, say("hint.add-argument"), say("needs.page"))


def _uses_itself(symbol: str, cycle: list[str]) -> Unfit:
    start = cycle.index(symbol)
    names = [text.removeprefix(PREFIX) for text in (*cycle[start:], *cycle[:start], symbol)]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 1], "...", names[-1]]
    path = " -> ".join(names)
    return Unfit("page-cycle", say("page.cycle", page=names[0], path=path), say("hint.break-page-cycle"))


def _sizes(fit: Mapping[str, Page], named: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Return how many blocks each page stands for; where it is too large, one more than may be."""
    beyond = _MOST_BLOCKS + 1
    sizes: dict[str, int] = {}
    for root in fit:
        todo = [root]
        while todo:
            symbol = todo[-1]
            inner = [s for s in named[symbol] if s in fit]
            open_ones = [s for s in dict.fromkeys(inner) if s not in sizes]
            if open_ones and symbol not in sizes:
                todo += open_ones
                continue
            todo.pop()
            total = len(fit[symbol].blocks) + sum(sizes[s] for s in inner)
            sizes[symbol] = min(total, beyond)
    return sizes


def _too_large(symbol: str) -> Unfit:
    sentence = say("page.too-large", page=symbol.removeprefix(PREFIX), most=_MOST_BLOCKS)
    return Unfit("page-too-large", sentence, say("hint.fewer-uses"))


def _cycles(named: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return cycles of pages that name each other; without the pages of these no other one would be left."""
    found: list[list[str]] = []
    done: set[str] = set()
    for root in named:
        path: list[str] = []
        on_path: dict[str, int] = {}
        todo = [(root, iter(named[root]))] if root not in done else []
        while todo:
            symbol, following = todo[-1]
            if symbol not in on_path:
                on_path[symbol] = len(path)
                path.append(symbol)
            step = next((s for s in following if s in named), None)
            if step is None:
                todo.pop()
                path.pop()
                del on_path[symbol]
                done.add(symbol)
            elif step in on_path:
                found.append(path[on_path[step] :])
            elif step not in done:
                todo.append((step, iter(named[step])))
    return found
