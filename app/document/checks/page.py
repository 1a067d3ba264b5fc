"""The structure check of a page: every fault that can be seen without TensorFlow, in linear time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from app.document.checks.addressed import Addressed
from app.document.checks.files import FileCheck
from app.document.checks.function_names import FunctionNames
from app.document.checks.run_settings import one_of_outputs, outputs_of, run_problems
from app.document.checks.symbol_facts import Facts, FactsOf
from app.document.checks.texts import TextCheck
from app.document.checks.wires import Found, WireCheck, check_cycles
from app.document.model.address import ID, Address, split_address
from app.document.model.conditions import parse_condition
from app.document.model.diagram import Block, Monitor, Page, Wire
from app.document.model.function_page import RESERVED
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import Unreadable, quote, say
from app.document.model.spelling import Speller, nearest
from app.document.model.symbols import Symbols
from app.document.model.topology import PageOrder, WireIndex, topological_order
from app.document.resources.archives import Archives, StoredArchives
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import NO_OWN, OwnBlocks
from blocks.requirement import Actual, Requirement


def check_page(
    page: Page,
    catalog: Symbols,
    folder: Path | None = None,
    order: PageOrder | None = None,
    data: Sequence[Path] = (),
    own: OwnBlocks = NO_OWN,
    archives: Archives | None = None,
) -> list[Problem]:
    """Return the problems of a page in the file order of its blocks, those of no block first.

    Blocks that are switched off, and their wires, count as absent. ``folder`` is the project's, for the files
    that texts name (None: not looked for), ``data`` are others of the user's. ``archives`` knows the arrays beside
    it (None: they are read there). ``order`` is the page's, where the caller has it already. ``own`` says why
    blocks of the project that the catalog does not have are none.
    """
    check = PageCheck(
        page, catalog, folder, archives or StoredArchives(Companions.of(folder or Path(), data)), own
    )
    check.run((order or topological_order(page)).cycles)
    return check.problems(page.blocks)


class PageCheck:
    """The check of one page. After a change of texts or wires it looks again only at the blocks that are touched."""

    def __init__(
        self,
        page: Page,
        catalog: Symbols,
        folder: Path | None,
        archives: Archives,
        own: OwnBlocks = NO_OWN,
    ) -> None:
        """Look up the symbols of the blocks that are switched on."""
        self.page, self.catalog, self.own = page, catalog, own
        self._folder, self._archives = folder, archives
        facts_of = FactsOf(catalog)
        self.facts = {name: facts_of[block.symbol] for name, block in page.blocks.items() if not block.off}
        self.found: Found = {}  # "": of no block

    def run(self, cycles: Sequence[list[str]]) -> None:
        """Check the whole page."""
        self.found, _ = self._found_in(self.facts, self.page.wires)
        check_cycles(self.page, cycles, self.found)
        self.found[""] = [*self.found.get("", ()), *self._of_no_block()]

    def run_again(
        self, page: Page, blocks: Collection[str], touched: Sequence[Wire], wires: WireIndex
    ) -> None:
        """Check some blocks of a page that has no cycle, and those of ``touched`` wires, which went or came.

        The page has the same blocks as before, and no wire that ends on none; ``wires`` are those that it has now.
        """
        self.page = page
        chosen = {*blocks, *(w.target.block for w in touched)}
        sources = {w.source.block for w in touched}
        chosen |= sources & self.found.keys()
        found, has_faults = self._found_in(chosen, wires.of(chosen))
        if has_faults:  # they may be those of the blocks where wires start, and they stand in page order
            chosen |= sources
            those = [w for w in page.wires if w.source.block in chosen or w.target.block in chosen]
            found, _ = self._found_in(chosen, those)
        for name in chosen:
            self.found.pop(name, None)
            if name in found:
                self.found[name] = found[name]
        self.found[""] = self._of_no_block()

    def problems(self, order: Iterable[str]) -> list[Problem]:
        """Return what was found, in the file order of the blocks."""
        found = self.found
        if not found.keys() - {""}:
            return list(found.get("", ()))
        return [p for name in ("", *order) if name in found for p in found[name]]

    def _found_in(self, chosen: Iterable[str], those: Sequence[Wire]) -> tuple[Found, bool]:
        """Return the problems of the chosen blocks by block, and whether any are of the wires.

        Of other blocks some that the wires show are among them.
        """
        found: Found = {}
        speller = Speller()
        wires = WireCheck(self.page, self.facts, found, speller)
        wires.run(those)
        has_faults = bool(found)
        texts = TextCheck(wires.wired, wires.blamed, FileCheck(self._folder, self._archives))
        functions = FunctionNames(self.page, self.facts, self.own.pages, wires.blamed)
        facts, blocks = self.facts, self.page.blocks
        for name in chosen:
            if name not in facts:
                continue
            block, known = blocks[name], facts[name]
            is_plain = name.isalnum() and name.isascii()
            if known is None or known.is_odd or not (is_plain or ID.match(name)):
                found[name] = _block_problems(block, known, self.catalog, self.own, speller) + found.get(
                    name, []
                )
            if known is not None:
                problems = texts.run(block, known)
                if known.functions:
                    problems += functions.run(block, known)
                if problems:
                    found.setdefault(name, []).extend(problems)
        return found, has_faults

    def _of_no_block(self) -> list[Problem]:
        """Return the problems of the page's settings and monitors."""
        page = self.page
        addressed = Addressed(page, self.facts, self.catalog, self.own.pages)
        problems = []
        if page.run.until is not None:
            problems += _condition_problems(page.run.until, addressed)
        problems += run_problems(page, addressed)
        for monitor in page.monitors.values():
            problems += _monitor_problems(monitor, addressed)
        return problems


def _block_problems(
    block: Block, facts: Facts | None, catalog: Symbols, own: OwnBlocks, speller: Speller
) -> list[Problem]:
    problems = []
    if not ID.match(block.id):
        problems.append(
            error(
                "bad-id",
                say("id.no-node-name", id=block.id),
                block.id,
                requirement=Requirement(form="id"),
                actual=Actual(name=block.id),
                hint=say("hint.another-id"),
            )
        )
    elif facts is not None and facts.is_pin and block.id in RESERVED:
        needs, sentence = Requirement(form="id"), say("page.reserved", id=block.id)
        there, hint = Actual(name=block.id), say("hint.another-id")
        problems.append(error("bad-id", sentence, block.id, requirement=needs, actual=there, hint=hint))
    unfit = own.unfit(block.symbol) if facts is None else None
    if unfit is not None:
        there = Actual(name=block.symbol)
        problems.append(
            error(
                unfit.code,
                unfit.sentence,
                block.id,
                requirement=unfit.needs,
                actual=there,
                hint=unfit.hint,
            )
        )
    elif facts is None:
        near = speller.nearest(block.symbol, catalog.names(), 3)
        problems.append(
            error(
                "unknown-symbol",
                say("symbol.unknown", symbol=block.symbol),
                block.id,
                requirement=say("needs.symbol"),
                actual=Actual(name=block.symbol),
                hint=say("hint.did-you-mean", names=near) if near else say("hint.replace-block"),
            )
        )
    elif facts.symbol.unavailable:
        problems.append(_unavailable(block, facts))
    return problems


def _unavailable(block: Block, facts: Facts) -> Problem:
    """Return the problem of a block that no page can run: an error where no graph can hold it.

    Others do no harm in a branch that never runs, and another device may have a kernel.
    """
    symbol = facts.symbol
    is_never_built = facts.op is None or facts.op.removed
    return (error if is_never_built else warning)(
        "unavailable",
        say("symbol.unavailable", symbol=symbol.name, why=quote(symbol.unavailable or "")),
        block.id,
        requirement=say("needs.runnable-block"),
        actual=Actual(name=symbol.name),
        hint=say("hint.wire-past-it"),
    )


def _condition_problems(text: str, addressed: Addressed) -> list[Problem]:
    """Return what is wrong with the condition that ends a run."""
    try:
        element = parse_condition(text).element
    except Unreadable as fault:
        needs = say("needs.condition")
        return [error("bad-condition", fault.sentence, requirement=needs, actual=Actual(name=text))]
    found = addressed.find(element)
    if not found.is_there:
        near = nearest(element.block, found.beside, 1)
        hint = say("hint.did-you-mean", names=near) if near else say("hint.another-pin")
        sentence = say("condition.no-block", condition=text, block=element.place)
        needs = say("needs.pin-of-page")
        return [error("unknown-block", sentence, requirement=needs, actual=Actual(name=text), hint=hint)]
    known = found.facts
    if known is not None and element.pin.removeprefix("result_") not in known.outs:
        sentence = say("condition.no-output", condition=text, pin=element.pin, symbol=known.symbol.name)
        hint = one_of_outputs(known.symbol)
        outputs = outputs_of(known.symbol)
        return [error("unknown-pin", sentence, requirement=outputs, actual=Actual(name=text), hint=hint)]
    return []


def _monitor_problems(monitor: Monitor, addressed: Addressed) -> list[Problem]:
    problems = []
    for text in monitor.pins:
        _, name, rest = split_address(text)
        *uses, block = name.split("/")
        pin = rest[1:].partition("[")[0]
        found = addressed.find(Address(block, pin, (), tuple(uses)))
        if not found.is_there:
            sentence = say("monitor.no-block", monitor=monitor.id, pin=text, block=name)
            hint = say("hint.another-pin")
            problems.append(warning("unknown-block", sentence, related=(text,), hint=hint))
            continue
        known = found.facts
        if known is not None and pin not in known.outs and pin not in known.ins:
            sentence = say("monitor.no-pin", monitor=monitor.id, pin=text, symbol=known.symbol.name, name=pin)
            hint = one_of_outputs(known.symbol)
            problems.append(warning("unknown-pin", sentence, name, pin, related=(text,), hint=hint))
    return problems
