"""Leads the paths of another machine to the files found here, and keeps what a page writes in its own folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec.structs import replace

from app.document.formats.report import Report, at_pin
from app.document.literals.parser import parse_literal
from app.document.literals.types import LiteralError
from app.document.model.diagram import Page, PinRef
from app.document.model.sentence import Sentence, say
from app.document.resources.lookup import NamedFiles, base_name, is_path, leads_outside
from app.document.resources.references import FileText, FileTexts, purpose_of
from app.document.resources.search_path import is_sought
from app.document.resources.side_effects import writers
from blocks.catalog import Catalog
from blocks.op_facts.dtype_pins import CONSTANTS
from blocks.op_facts.passed_strings import JOINING

_LONGEST = 4096  # letters of a name; a longer one is none
_UNFIT = re.compile(r'[\0<>:"|?*]')  # what a file's name may not hold on some system


class FileLeader:
    """Changes the texts of one page that was just read."""

    def __init__(self, page: Page, catalog: Catalog, files: NamedFiles, report: Report) -> None:
        """``files`` knows the folders."""
        self._page, self._catalog, self._files, self._report = page, catalog, files, report

    def lead(self) -> None:
        """Change the texts, and switch off what would write where no text says."""
        for text in list(FileTexts(self._page, self._catalog).all()):
            names = [self._led(name, text) for name in text.names]
            if tuple(names) != text.names:
                block = self._page.blocks[text.block]
                pins = {**block.pins, text.pin: text.with_names(names)}
                self._page.blocks[text.block] = replace(block, pins=pins)
        for ref, source in list(self._wired_writers()):
            name = self._computed(source)
            if name is None or leads_outside(name):
                self._switch_off(ref.block, ref.pin, say("enuspace.computed-by", pin=str(source)))
        for writer in writers(self._page, self._catalog.get):
            if "file:" in writer.where.lower():  # of attrs, which no folder holds
                self._switch_off(writer.block, "attrs", say("enuspace.says", text=writer.where))

    def _led(self, name: str, text: FileText) -> str:
        if text.purpose == "write":
            return self._name_inside(name, text) if leads_outside(name) else name
        if not is_sought(name, text) and not (text.purpose == "other" and is_path(name)):
            return name
        checkpoint = text.purpose == "checkpoint"
        if self._files.is_there(name, checkpoint=checkpoint) and (
            is_path(name) or self._files.is_home_target
        ):
            return name
        found = self._files.found(name, checkpoint=checkpoint)
        if found is None:
            folders = tuple(self._files.folders[:6])
            lost = say("enuspace.file-lost", file=base_name(name), name=name, folders=folders)
            self._report.add("missing", text.block, at_pin(text.pin, lost))
            return name
        if found != name:
            by_found = say("enuspace.file-found", old=name, new=found)
            self._report.add("replaced", text.block, at_pin(text.pin, by_found))
        return found

    def _name_inside(self, name: str, text: FileText) -> str:
        here = _UNFIT.sub("_", base_name(name)).strip(" .") or "output"
        led = say("enuspace.leads-out", name=name, here=here)
        self._report.add("replaced", text.block, at_pin(text.pin, led))
        return here

    def _wired_writers(self) -> Iterator[tuple[PinRef, PinRef]]:
        """Yield the pins that say where a block writes and are wired, with what they are wired to."""
        for wire in self._page.wires:
            block = self._page.blocks.get(wire.target.block)
            symbol = self._catalog.get(block.symbol) if block is not None and not block.off else None
            pin = symbol.pin(wire.target.pin, "in") if symbol is not None else None
            if symbol is not None and pin is not None and purpose_of(symbol, pin) == "write":
                yield wire.target, wire.source

    def _computed(self, source: PinRef) -> str | None:
        """Return the name that the ops before a pin build of typed texts; None where it depends on more."""
        built: dict[str, str | None] = {}
        todo = [source.block]
        while todo:
            block = todo[-1]
            before = self._text_sources(block)
            fresh = [b for b in before if b not in built]
            if block not in built and fresh:
                built[block] = None  # so it stays where it depends on itself
                todo += fresh
                continue
            built[block] = self._built(block, [built[b] for b in before])
            todo.pop()
        return built[source.block]

    def _text_sources(self, block_id: str) -> list[str]:
        """Return the blocks that bring the texts of which a block builds a name."""
        block = self._page.blocks.get(block_id)
        symbol = self._catalog.get(block.symbol) if block is not None else None
        pin = JOINING.get(symbol.op or "") if symbol is not None else None
        return [] if pin is None else self._sources.get((block_id, pin), [])

    @cached_property
    def _sources(self) -> dict[tuple[str, str], list[str]]:
        """The blocks wired to each pin, in the order of the wires."""
        found: dict[tuple[str, str], list[str]] = {}
        for wire in self._page.wires:
            found.setdefault((wire.target.block, wire.target.pin), []).append(wire.source.block)
        return found

    def _built(self, block_id: str, parts: list[str | None]) -> str | None:
        """Return the text that a block gives, of those that wires bring; None where it is not known, or no name."""
        block = self._page.blocks.get(block_id)
        symbol = self._catalog.get(block.symbol) if block is not None else None
        if block is None or symbol is None:
            return None
        if symbol.name in CONSTANTS:
            return _scalar(block.pins.get("val"))
        pin = JOINING.get(symbol.op or "")
        parts = parts or [_scalar(block.pins.get(pin or ""))]
        known = [part for part in parts if part is not None]
        if pin is None or len(known) < len(parts) or sum(map(len, known)) > _LONGEST:
            return None
        return "".join(known)

    def _switch_off(self, block_id: str, pin: str, why: Sentence) -> None:
        block = self._page.blocks[block_id]
        self._page.blocks[block_id] = replace(block, off=True)
        sentence = say("enuspace.switched-off", symbol=block.symbol, why=why)
        self._report.warn("unavailable", sentence, block_id, pin)


def _scalar(text: object) -> str | None:
    """Return the one string of a text; None where it has another number of them or does not read."""
    try:
        values = parse_literal(text, "DT_STRING").values if isinstance(text, str) else ()
    except LiteralError:
        return None
    return bytes(values[0]).decode("utf-8", "replace") if len(values) == 1 else None  # type: ignore[arg-type]
