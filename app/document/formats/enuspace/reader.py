"""Opens an enuSpace page: the SVG file, the arrays beside it, and the values that its last run left."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.document.formats.enuspace.arrays import DTYPE_OF, Array, ArrayFault, Shape, read_flat, read_packed
from app.document.formats.enuspace.blocks import BlockMaker
from app.document.formats.enuspace.elements import Elements, PinValue, elements_of
from app.document.formats.enuspace.files import FileLeader
from app.document.formats.enuspace.packing import packed_end, settle_types
from app.document.formats.enuspace.page import PageMaker
from app.document.formats.enuspace.shifted_results import ShiftedResults
from app.document.formats.enuspace.xml_text import decode_xml
from app.document.formats.enuspace.xml_tree import parse_xml
from app.document.formats.report import Report
from app.document.literals.parser import guess_dtype
from app.document.literals.types import LiteralError
from app.document.literals.values import parse_dtype, parse_shape
from app.document.model.diagram import Block, Page
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.document.resources.lookup import NamedFiles
from app.document.storage.bounded_read import read_bytes
from app.document.storage.errors import FileProblem
from blocks.catalog import load

_MAX_ARRAYS = 1 << 30  # bytes of the .dat file


class NoBlocks(FileProblem):
    """A picture that is no page."""


@dataclass(frozen=True)
class ReadPage:
    """An enuSpace page as read."""

    page: Page
    problems: list[Problem]
    notes: list[Problem]  # what was repaired, replaced and kept aside, as infos
    report: list[Sentence]  # what was done, line by line; `app.messages` makes the page's report of it
    stored: dict[str, Array]  # what the npz file is to hold, by key
    _saved: dict[tuple[str, str], PinValue]
    _dat: bytes
    _typed: dict[tuple[str, str], Array]

    def saved(self) -> dict[str, Array]:
        """Return the result values in the page, by ``block.output``; what does not read is left out.

        They are what the page last showed, a cache. Numbers in texts have six decimals. Results that the
        original filed under wrong pins, where a session also fetched a handle, are under their own.
        """
        return ShiftedResults(self.page, load()).settled(self._filed())

    def given_back(self) -> int:
        """Return how many saved results the original filed under the pin before their own."""
        shifted = ShiftedResults(self.page, load())
        if shifted.may_concern():
            shifted.settled(self._filed())
        return shifted.moved

    def _filed(self) -> dict[str, Array]:
        """Return the saved results as the page files them."""
        catalog = load()
        found = {}
        for (block, name), value in self._saved.items():
            symbol = catalog.get(self.page.blocks[block].symbol)
            pin = symbol.pin(name, "result") if symbol else None
            shown = symbol.shown_by(pin) if symbol and pin else None
            read = _saved_value(value, self._dat)
            if read is not None:
                found[f"{block}.{shown.name if shown else name.removeprefix('result_')}"] = read
        return found

    def snapshot(self) -> dict[str, Array]:
        """Return the saved values of the Variables, by block; what cannot be such a value is left out.

        The shape is that of the start value or the shape pin where the counts agree, as the Variable's own is.
        Nothing where the page holds only the first value of each: Variables would start from zeros that none had.
        """
        if self.holds_first_values_only():
            return {}
        found = {}
        for key, value in self.saved().items():
            block_id, _, pin = key.partition(".")
            block = self.page.blocks[block_id]
            if block.symbol != "Variable" or pin != "ref" or value.dtype == "DT_STRING":
                continue
            dtype, shape = self._own_type(block)
            try:
                value = value if dtype is None else value.cast(dtype)
            except ArrayFault:
                continue
            if shape is None:
                found[block_id] = value
            elif math.prod(shape) == len(value.values):
                found[block_id] = value._replace(shape=shape)
        return found

    def holds_first_values_only(self) -> bool:
        """Return whether results of several values show their first one and zeros for all others, as web pages do."""
        values = [_saved_value(value, self._dat) for value in self._saved.values() if value.of_web]
        several = [v.values for v in values if v is not None and v.dtype != "DT_STRING" and len(v.values) > 1]
        return any(v[0] for v in several) and not any(any(v[1:]) for v in several)

    def _own_type(self, block: Block) -> tuple[str | None, Shape | None]:
        """Return dtype and shape of a Variable, as far as its pins and its start value say."""
        sources = self.page.wires_to(block.id, "initvalues")
        start = (sources[0].source.block, "val") if sources else (block.id, "initvalues")
        if start in self._typed:
            return self._typed[start].dtype, self._typed[start].shape
        dtype, shape = block.pins.get("dtype"), block.pins.get("shape")
        try:
            sizes = parse_shape(shape) if isinstance(shape, str) else None
            known = None if sizes is None or -1 in sizes else tuple(sizes)
            return parse_dtype(dtype) if isinstance(dtype, str) else None, known
        except LiteralError:
            return None, None


def read_page(
    path: str | os.PathLike[str],
    folder: Path | None = None,
    npz: str | None = None,
    data: Sequence[Path] = (),
) -> ReadPage:
    """Read a page.

    ``folder`` is where the project will lie (None: beside the page); files that the page names and that lie
    beside it or in one of the ``data`` folders are named relative to that. With ``npz``, arrays of more than
    100 values become references to that file, and ``stored`` holds them; without, they become texts.

    Raises:
        FileProblem: the file cannot be read or is no enuSpace page.
    """
    place, name = Path(path), os.fspath(path)
    elements = elements_of(parse_xml(decode_xml(read_bytes(place), name), name))
    if not any(use.is_block for use in elements.uses) and not elements.version:
        raise NoBlocks(say("enuspace.no-blocks"), file=name)
    report, catalog = Report(), load()
    files = NamedFiles(place.resolve().parent, data, folder or place.resolve().parent)
    dat = _arrays_beside(place, elements, report)
    maker = BlockMaker(catalog, dat, report, npz)
    page = Page(name=place.stem or "page")
    pages = PageMaker(elements, maker, report, catalog, page)
    pages.make(FileLeader(page, catalog, files, report).lead)
    read = ReadPage(page, report.problems, [], pages.lines(), maker.stored, maker.saved, dat, maker.typed)
    moved = read.given_back()
    if moved:
        sentence = say("enuspace.given-back", count=moved)
        report.add("repaired", "", sentence)
        read.report.append(sentence)
    if read.holds_first_values_only():
        sentence = say("enuspace.first-values-only")
        report.add("kept", "", sentence)
        read.report.append(sentence)
    read.notes.extend(report.infos(page.blocks))
    return read


def _arrays_beside(place: Path, elements: Elements, report: Report) -> bytes:
    """Return the ``.dat`` file's bytes as far as pins need them, and settle the pins' types where the page does not.

    Empty, with a problem, where a pin needs the file and it is not there.
    """
    if not any(value.position is not None for use in elements.uses for value in use.pins):
        return b""
    beside = place.with_suffix(".dat")
    try:
        size = beside.stat().st_size if beside.is_file() else None
    except OSError:
        size = None
    if size is None:
        report.warn("missing-array", say("enuspace.no-arrays", file=beside.name))
        return b""
    settle_types(elements.uses, size)
    needed = min(max(packed_end(value) for use in elements.uses for value in use.pins), size)
    if needed > _MAX_ARRAYS:
        report.warn(
            "missing-array", say("enuspace.arrays-too-large", file=beside.name, size=_MAX_ARRAYS >> 20)
        )
        return b""
    try:
        return read_bytes(beside, only=needed)
    except FileProblem as fault:
        report.warn("missing-array", say("enuspace.arrays-unreadable", file=beside.name, why=fault.reason))
        return b""


def _saved_value(value: PinValue, dat: bytes) -> Array | None:
    try:
        if value.position is not None:
            return read_packed(dat, value.position, value.word, value.shape)
        text = value.value
        if not value.word:  # version 2: the text is a literal
            return (
                read_flat(text, guess_dtype(text), value.shape, by_braces=True).array
                if text.strip()
                else None
            )
        dtype = DTYPE_OF.get(value.word)
        read = read_flat(text, dtype, value.shape).array if dtype else None
    except ArrayFault:
        return None
    return read if read is not None and len(read.values) == math.prod(read.shape) else None
