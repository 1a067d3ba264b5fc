"""Random edits over pages and their uses: no wire, text or address is lost, and undoing all gives the same bytes.

``python -m tests.trials.page_edits --count 10000 --seed 1`` prints what went wrong. What the diagram computes is
compared through a picture of it without pages: every use put in line, Arguments and Results followed through. Making a
page, unpacking one, renaming and reordering must leave that picture as it is.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import (
    AddBlocks,
    AddWire,
    ChangeMonitor,
    OrderPins,
    RemoveItems,
    RenameBlock,
    RenamePage,
    SetPin,
)
from app.document.editing.page_making import PageMaking
from app.document.editing.page_unpacking import PageUnpacking
from app.document.model.diagram import Block, Monitor, Page, PinRef, Project, Wire
from app.document.model.function_page import ARGUMENT, RESULT, arguments_of, results_of
from app.document.model.ids import free_id
from app.document.model.page_symbol import PREFIX
from app.document.storage.reader import loads
from app.document.storage.writer import dumps

_KINDS = ("Add", "Sqrt", "Neg", "Stack", "Const", "Unique")
_INPUTS = {
    "Add": ("x", "y"),
    "Sqrt": ("x",),
    "Neg": ("x",),
    "Stack": ("values",),
    "Const": (),
    "Unique": ("x",),
}
_OUTPUTS = {"Add": "z", "Sqrt": "y", "Neg": "y", "Stack": "output", "Const": "output", "Unique": "y"}

Flat = Counter[tuple[Any, ...]]


class Trial:
    """A document and a source of chance."""

    def __init__(self, seed: int) -> None:
        """Begin with a page of a dozen wired blocks."""
        self.dice = random.Random(seed)
        self.document = Document(loads(_empty()).project)
        self.faults: list[str] = []
        self._names = 0
        for _ in range(12):
            self.add()
        watched = [f"{b.id}.{_OUTPUTS[b.symbol]}" for b in self._page().blocks.values()]
        watching = replace(self._page().monitors["m"], pins=tuple(watched))
        self._apply(ChangeMonitor("main", watching))
        self.steps = 0

    def run(self, count: int) -> list[str]:
        """Do so many edits, then take all back; return what went wrong."""
        meaning = [self.make, self.unpack, self.rename, self.rename_page, self.reorder]
        others = [self.add, self.wire, self.type, self.remove, self.undo_some]
        for self.steps in range(1, count + 1):
            keeps = self.dice.random() < 0.6
            act = self.dice.choice(meaning if keeps else others)
            before = self._flat() if keeps else None
            try:
                act()
            except EditRefused:
                continue
            if before is not None and self._flat() != before:
                self._wrong(f"{act.__name__} changed what the page computes")
            if self.steps % 25 == 0:
                self._check_file()
            if self.faults:
                return self.faults
        self._take_back()
        return self.faults

    # --- acts
    def add(self) -> None:
        """Add a block, wired to one before it."""
        page, kind = self._page(), self.dice.choice(_KINDS)
        name = free_id(page, kind)
        block = Block(id=name, symbol=kind, at=(self.dice.randrange(900), self.dice.randrange(600)))
        if kind == "Const" or self.dice.random() < 0.3:
            pin = "val" if kind == "Const" else _INPUTS[kind][0]
            if kind != "Stack":
                block.pins[pin] = f"{self.dice.randrange(100)}.0f"
        self._apply(AddBlocks(page.name, [block]))
        for pin in _INPUTS[kind]:
            if pin not in block.pins:
                self._lead_in(page, PinRef(name, pin))

    def wire(self) -> None:
        """Wire one more output to a pin that takes several, or to the free pin of a use."""
        page = self._page()
        ends = [PinRef(b.id, "values") for b in page.blocks.values() if b.symbol == "Stack"]
        for block in page.blocks.values():
            inner = self._inner(block)
            ends += [PinRef(block.id, a.id) for a in (arguments_of(inner) if inner else ())
                     if not page.wires_to(block.id, a.id)]  # fmt: skip
        if ends:
            self._lead_in(page, self.dice.choice(ends))

    def type(self) -> None:
        """Type a text at a use, or at a block."""
        page = self._page()
        ends = []
        for block in page.blocks.values():
            inner = self._inner(block)
            names = [a.id for a in arguments_of(inner)] if inner else list(_INPUTS.get(block.symbol, ()))
            ends += [(block.id, n) for n in names if not page.wires_to(block.id, n) and n != "values"]
        if ends:
            block_id, pin = self.dice.choice(ends)
            self._apply(SetPin(page.name, block_id, pin, f"{self.dice.randrange(100)}.0f"))

    def remove(self) -> None:
        """Remove a block that no monitor names: its id may be given again."""
        page = self._page()
        watched = self.document.project.pages[0].monitors["m"].pins
        named = {step for pin in watched for step in pin.partition(".")[0].split("/")}
        free = [i for i in page.blocks if i not in named]
        if free and len(page.blocks) > 8:
            self._apply(RemoveItems(page.name, [self.dice.choice(free)]))

    def make(self) -> None:
        """Make a page of some blocks."""
        page = self._page()
        if len(self.document.project.pages) > 12:
            return
        chosen = self.dice.sample(list(page.blocks), min(len(page.blocks), self.dice.randint(1, 6)))
        self._names += 1
        making = PageMaking(
            self.document.project, page.name, chosen, f"page {self._names}", self.document.catalog
        )
        self._apply(making.edit())

    def unpack(self) -> None:
        """Unpack a use."""
        uses = [
            (p.name, b.id) for p in self.document.project.pages for b in p.blocks.values() if self._inner(b)
        ]
        if uses:
            page, use = self.dice.choice(uses)
            self._apply(PageUnpacking(self.document.project, page, use, self.document.catalog).edit())

    def rename(self) -> None:
        """Give a block another id, pins of pages first of all."""
        page = self._page()
        pins = [b.id for b in page.blocks.values() if b.symbol in (ARGUMENT, RESULT)]
        old = self.dice.choice(pins if pins and self.dice.random() < 0.6 else list(page.blocks) or [""])
        if old:
            self._names += 1
            self._apply(RenameBlock(page.name, old, f"n{self._names}"))

    def rename_page(self) -> None:
        """Give a page another name."""
        self._names += 1
        page = self.dice.choice(self.document.project.pages[1:] or self.document.project.pages)
        self._apply(RenamePage(page.name, f"page {self._names}"))

    def reorder(self) -> None:
        """Give the pins of a page another order."""
        page = self._page()
        pins = [b.id for b in self.dice.choice((arguments_of, results_of))(page)]
        self._apply(OrderPins(page.name, self.dice.sample(pins, len(pins))))

    def undo_some(self) -> None:
        """Take a few edits back and do some of them again."""
        for act in (self.document.undo, self.document.redo):
            for _ in range(self.dice.randint(0, 3)):
                act()

    # --- looks
    def _flat(self) -> Flat:
        """Return the first page without pages: its blocks by what they are and what leads to their pins."""
        return _Flattened(self.document.project).picture()

    def _check_file(self) -> None:
        text = dumps(self.document.project)
        loaded = loads(text)
        if loaded.problems or dumps(loaded.project) != text:
            self._wrong("the file does not give back what was written")

    def _take_back(self) -> None:
        end, count = dumps(self.document.project), self.document.history.position
        while self.document.undo():
            pass
        if dumps(self.document.project) != _empty():
            self._wrong("undoing everything does not give the first state")
        for _ in range(count):
            self.document.redo()
        if dumps(self.document.project) != end:
            self._wrong("doing everything again does not give the last state")

    def _wrong(self, what: str) -> None:
        self.faults.append(f"step {self.steps}: {what}")

    # --- parts
    def _apply(self, edit: Any) -> None:
        self.document.apply(edit)

    def _page(self) -> Page:
        return self.dice.choice(self.document.project.pages)

    def _inner(self, block: Block) -> Page | None:
        is_page = block.symbol.startswith(PREFIX)
        return self.document.project.page(block.symbol.removeprefix(PREFIX)) if is_page else None

    def _lead_in(self, page: Page, target: PinRef) -> None:
        """Wire one of the blocks above in the file to a pin: so no circle comes about."""
        above = list(page.blocks.values())
        above = above[: next(i for i, b in enumerate(above) if b.id == target.block)]
        sources = []
        for block in above:
            inner = self._inner(block)
            if inner is not None:
                sources += [PinRef(block.id, r.id) for r in results_of(inner)]
            elif block.symbol in _OUTPUTS:
                sources.append(PinRef(block.id, _OUTPUTS[block.symbol]))
            elif block.symbol == ARGUMENT:
                sources.append(PinRef(block.id, "output"))
        if sources:
            self._apply(AddWire(page.name, Wire(source=self.dice.choice(sources), target=target)))


class _Flattened:
    """A project's first page with all uses in line; written for the trial, from the words of the file format alone."""

    def __init__(self, project: Project) -> None:
        self._pages = {p.name: p for p in project.pages}
        self._root = project.pages[0]

    def picture(self) -> Flat:
        """Return how often there is a block of each kind."""
        watched = [("watched", i, *self._watched(pin)) for i, pin in enumerate(self._root.monitors["m"].pins)]
        return Counter([*(self._described(path, page, b) for path, page, b in self._all()), *watched])

    def _watched(self, address: str) -> tuple[Any, ...]:
        """Return what a watched pin shows: the block at its address, or what gives a use's result."""
        steps, _, pin = address.partition(".")
        *path, name = steps.split("/")
        try:
            page = self._above((*path, name))
        except KeyError:
            return ("gone",)
        block = page.blocks.get(name)
        if block is None or not _is_use(block):
            return ("gone",) if block is None else self._described(tuple(path), page, block)
        return ("result", self._origin(tuple(path), page, PinRef(name, pin)))

    def _all(self) -> Iterator[tuple[tuple[str, ...], Page, Block]]:
        todo: list[tuple[tuple[str, ...], Page]] = [((), self._root)]
        while todo:
            path, page = todo.pop()
            for block in page.blocks.values():
                inner = self._pages.get(block.symbol.removeprefix(PREFIX)) if _is_use(block) else None
                if inner is not None:
                    todo.append(((*path, block.id), inner))
                elif block.symbol not in (ARGUMENT, RESULT):
                    yield path, page, block

    def _described(self, path: tuple[str, ...], page: Page, block: Block) -> tuple[Any, ...]:
        """Return symbol and, for each input in order, what leads there: the symbol at the other end, or a text."""
        pins = []
        for pin in _INPUTS.get(block.symbol, ("val",)) or ("val",):
            wires = page.wires_to(block.id, pin)
            leads = [o for w in wires if (o := self._origin(path, page, w.source)) is not None]
            pins.append((pin, *(leads or [block.pins.get(pin)])))
        return (block.symbol, *pins)

    def _origin(self, path: tuple[str, ...], page: Page, end: PinRef) -> Any:
        """Return where a value comes from, through Arguments and Results."""
        while True:
            block = page.blocks[end.block]
            if block.symbol == ARGUMENT:
                if not path:
                    return "argument"
                page, use = self._above(path), path[-1]
                path, name = path[:-1], block.id
                wire = next(iter(page.wires_to(use, name)), None)
                if wire is None:
                    return page.blocks[use].pins.get(name)
                end = wire.source
            elif _is_use(block) and block.symbol.removeprefix(PREFIX) in self._pages:
                path, page = (*path, block.id), self._pages[block.symbol.removeprefix(PREFIX)]
                wire = next(iter(page.wires_to(end.pin, "input")), None)
                if wire is None:
                    return None
                end = wire.source
            else:
                return block.pins.get("val") if block.symbol == "Const" else block.symbol

    def _above(self, path: tuple[str, ...]) -> Page:
        """Return the page on which the last block of a path lies."""
        page = self._root
        for use in path[:-1]:
            page = self._pages[page.blocks[use].symbol.removeprefix(PREFIX)]
        return page


def _is_use(block: Block) -> bool:
    return block.symbol.startswith(PREFIX)


def _empty() -> bytes:
    page = Page(name="main")
    page.monitors["m"] = Monitor(id="m", kind="number")
    return dumps(Project(pages=[page]))


def main() -> None:
    """Run the trial as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faults = Trial(options.seed).run(options.count)
    print("\n".join(faults) or f"{options.count} edits, nothing was lost", flush=True)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
