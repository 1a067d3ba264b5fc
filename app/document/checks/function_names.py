"""Checks the texts that name pages as functions: each pin has one, there are such pages, and which ones would fit."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from app.document.checks.symbol_facts import Facts
from app.document.literals.parser import parse_literal_list
from app.document.literals.types import LiteralError
from app.document.literals.values import format_value
from app.document.model.diagram import Block, Page, Wire
from app.document.model.fix import Fix, WritePin
from app.document.model.page_symbol import PREFIX, symbol_of_text, text_of_symbol
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.document.model.spelling import is_clear, nearest
from app.document.model.topology import WireIndex
from app.document.resources.function_pages import FunctionPages, names_in
from app.document.resources.unfit import Unfit
from blocks.op_facts.functions import CALLS, Takes
from blocks.requirement import Actual, Requirement
from blocks.symbol import Pin

_MOST = 3  # names that are offered


class FunctionNames:
    """Checks the pins of a page's blocks that name pages."""

    def __init__(
        self,
        page: Page,
        facts: Mapping[str, Facts | None],
        pages: FunctionPages,
        blamed: Container[tuple[str, str]],
    ) -> None:
        """Take the blocks that are switched on, by id, the pages that may be named, and where faulty wires end."""
        self._page, self._facts, self._pages, self._blamed = page, facts, pages, blamed
        self._entering: Mapping[str, list[Wire]] | None = None  # looked up with the first fault

    def run(self, block: Block, facts: Facts) -> list[Problem]:
        """Return what is wrong with the pages that a block's texts name, and where a text is missing."""
        problems = []
        for pin in facts.functions:
            text = block.pins.get(pin.name)
            names = names_in(block.symbol, pin.name, text)
            is_read = names or not isinstance(text, str) or not text.strip()  # else it is at fault itself
            if not any(names):
                if is_read and (block.id, pin.name) not in self._blamed:
                    problems.append(self._empty(block, facts, pin))
                continue
            for name in names:
                unfit = self._pages.unfit.get(symbol_of_text(name))
                if unfit is not None:
                    problems.append(self._unfit(block, facts, pin, names, name, unfit))
        return problems

    def _empty(self, block: Block, facts: Facts, pin: Pin) -> Problem:
        fitting = self._fitting(block, facts, pin)
        is_one = pin.kind == "func"
        return error(
            "unwired-input",
            say("pin.names-no-page", pin=pin.name) if is_one else say("pin.names-no-pages", pin=pin.name),
            block.id,
            pin.name,
            requirement=Requirement(names=fitting) if fitting else say("needs.page"),
            actual=say("actual.nothing"),
            hint=say("hint.use", names=fitting[:5]) if fitting else say("hint.page-for-it"),
            fixes=tuple([_written(block, pin, [name], clear=False) for name in fitting[:_MOST]]),
        )

    def _unfit(
        self, block: Block, facts: Facts, pin: Pin, names: Sequence[str], name: str, unfit: Unfit
    ) -> Problem:
        hint, fitting = unfit.hint, self._fitting(block, facts, pin)
        near: tuple[str, ...] = ()
        if unfit.code == "missing-page":
            among = [text_of_symbol(symbol) for symbol in self._pages.nameable]
            near = nearest(name, among, _MOST)
            if not near and fitting:
                hint = say("hint.use", names=fitting[:5])
        clear = is_clear(name, among) if near else False
        fixes = [_written(block, pin, [new if n == name else n for n in names], clear, new) for new in near]
        there = Actual(name=name)
        return error(
            unfit.code, unfit.sentence, block.id, pin.name,
            requirement=unfit.needs, actual=there, hint=hint, fixes=tuple(fixes),
        )  # fmt: skip

    # --- which pages fit

    def _fitting(self, block: Block, facts: Facts, pin: Pin) -> tuple[str, ...]:
        """Return the names of the pages with as many Arguments and Results as the function has, if that is known."""
        calls = CALLS.get(facts.symbol.op or "")
        takes = calls.functions.get(pin.attr or "") if calls is not None else None
        if takes is None:
            return ()
        count, least, most = self._counts(block, facts, takes)
        return tuple([
            text_of_symbol(symbol)
            for symbol, pins in self._pages.nameable.items()
            if symbol != f"{PREFIX}{self._page.name}"
            and count in (None, pins.arguments)
            and least <= pins.results
            and (most is None or pins.results <= most)
        ])  # fmt: skip

    def _counts(self, block: Block, facts: Facts, takes: Takes) -> tuple[int | None, int, int | None]:
        """Return how many Arguments a function has (None: that is open), and the least and most of its Results."""
        taken = self._count(block, facts, takes.takes)
        given = None if takes.gives is None else self._count(block, facts, takes.gives)
        return taken, given or 0, None if takes.begins else given

    def _count(self, block: Block, facts: Facts, words: Sequence[str]) -> int | None:
        """Return how many tensors words stand for (see `op_facts.functions`); None where that is open."""
        counts = [self._count_of(block, facts, *word.split(":")) for word in words]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def _count_of(self, block: Block, facts: Facts, what: str, name: str = "") -> int | None:
        if what == "input":
            pin = next((p for p in facts.symbol.inputs if p.arg == name), None)
            return None if pin is None else self._count_at(block, facts, pin)
        return None if what in ("element", "results", "page") else 1

    def _count_at(self, block: Block, facts: Facts, pin: Pin) -> int | None:
        """Return how many tensors come to a pin; None where one wire brings several."""
        wires = list(self._wires_at(block, facts, pin))
        text = block.pins.get(pin.name)
        if not wires and isinstance(text, str) and text.strip() and pin.kind == "list(tensor)":
            try:
                return len(parse_literal_list(text, None))
            except LiteralError:
                return None
        for wire in wires:
            source = self._facts.get(wire.source.block)
            out = None if source is None else source.outs.get(wire.source.pin)
            if out is None or (out.kind != "tensor" and wire.source.index is None):
                return None
        return len(wires) if wires or pin.kind == "list(tensor)" else 1

    def _wires_at(self, block: Block, facts: Facts, pin: Pin) -> Iterator[Wire]:
        if self._entering is None:
            self._entering = WireIndex(self._page.wires).entering
        for wire in self._entering.get(block.id, ()):
            if facts.ins.get(wire.target.pin) is pin:
                yield wire


def _written(block: Block, pin: Pin, names: Sequence[str], clear: bool, shown: str = "") -> Fix:
    """Return the fix that names pages in a pin; one that nothing else says is by hand."""
    text = format_value("func", names[0]) if pin.kind == "func" else format_value("list(func)", list(names))
    title = say("fix.write-in", text=shown or names[0], where=pin.name)
    return Fix(title, (WritePin(block.id, pin.name, text),), by_hand=not clear)
