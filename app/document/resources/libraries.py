"""Libraries: the pages of other projects that can stand as blocks here, read when asked for and when a file changes."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from app.document.literals.values import format_value
from app.document.model.diagram import ArrayRef, Block, Page, PinText, Project
from app.document.model.page_symbol import PageSymbol, page_symbol, symbol_of_text, text_of_symbol
from app.document.model.sentence import say
from app.document.resources.companion_files import CompanionFault, Companions, is_refusal
from app.document.resources.function_pages import function_pins, names_in
from app.document.resources.library_pages import NO_LIBRARIES, Libraries
from app.document.resources.unfit import Unfit
from app.document.storage.bounded_read import read_bytes
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from blocks.assets import asset

SHIPPED = "tensorblocks:"  # begins the place of a library that ships with the program
SUFFIX = ".tblocks"
_REMEMBERED = 50  # files


class _Read(msgspec.Struct, frozen=True):
    stamp: tuple[int, int, int]
    project: Project | None = None
    fault: FileProblem | None = None


_files: dict[str, _Read] = {}
_lock = threading.Lock()


def read_libraries(libraries: Mapping[str, str], companions: Companions) -> Libraries:
    """Return what the libraries hold that a project names by aliases, and what these need of others.

    ``companions`` says which files beside the project may be read.
    """
    return _Reading(companions).run(libraries) if libraries else NO_LIBRARIES


class _Reading:
    """Reads libraries, each file once; those that a library names itself come after all that the project names."""

    def __init__(self, companions: Companions) -> None:
        self._companions = companions
        self._alias_of: dict[str, str] = {}  # by file
        self._pages: dict[str, Page] = {}
        self._unfit: dict[str, Unfit] = {}

    def run(self, libraries: Mapping[str, str]) -> Libraries:
        """Read them, and return what they hold."""
        todo = [(alias, place, self._companions.folder) for alias, place in libraries.items()]
        for alias, place, folder in todo:  # grows while it is walked
            try:
                path = self._path(place, folder)
                project = _project(path)
            except CompanionFault as fault:
                code = "refused-read" if is_refusal(fault.sentence) else "missing-library"
                self._unfit[alias] = Unfit(code, fault.sentence)
                continue
            except FileProblem as fault:
                sentence = say("library.unreadable", alias=alias, file=place, why=fault.reason)
                self._unfit[alias] = Unfit("missing-library", sentence, say("hint.library-file", file=place))
                continue
            self._alias_of.setdefault(str(path), alias)
            inner: dict[str, str] = {}
            for name, other in project.libraries.items():
                inner[name] = self._known_alias(alias, name, other, path.parent)
                if inner[name] == _joined(alias, name):
                    todo.append((inner[name], other, str(path.parent)))
            for page in project.pages:
                symbol = str(PageSymbol(page.name, alias))
                self._pages[symbol] = _as_used(page, alias, inner, path.parent, Path(self._companions.folder))
        return Libraries(self._pages, self._unfit, tuple(sorted(self._alias_of)))

    def _path(self, place: str, folder: str) -> Path:
        """Return the file of a library; raises CompanionFault where it may not be read."""
        if place.startswith(SHIPPED):
            name = place[len(SHIPPED) :]
            found = asset("libraries", f"{name}{SUFFIX}")
            if not name.isidentifier() or not found.is_file():
                raise CompanionFault(say("library.not-shipped", name=name))
            return found
        if folder != self._companions.folder:  # named by a library, seen from where that lies
            place = os.path.relpath(os.path.join(folder, place), self._companions.folder)
        return self._companions.path(place)

    def _known_alias(self, alias: str, name: str, place: str, folder: Path) -> str:
        """Return under which alias a library that another one names is read: it may be one that is known already."""
        try:
            return self._alias_of.get(str(self._path(place, str(folder))), _joined(alias, name))
        except CompanionFault:
            return _joined(alias, name)  # said where it is used


def _joined(alias: str, name: str) -> str:
    return f"{alias}--{name}"


def _project(path: Path) -> Project:
    """Return the project of a file as it is now; raises FileProblem."""
    try:
        found = os.stat(path)
    except OSError as fault:
        raise FileProblem(say("quote", words=fault.strerror or str(fault)), file=str(path)) from None
    stamp, key = (found.st_mtime_ns, found.st_size, found.st_ino), str(path)
    with _lock:
        read = _files.get(key)
    if read is None or read.stamp != stamp:
        try:
            read = _Read(stamp, loads(read_bytes(path), path.name).project)
        except FileProblem as fault:
            read = _Read(stamp, fault=fault)
        with _lock:
            if len(_files) >= _REMEMBERED:
                _files.clear()
            _files[key] = read
    if read.fault is not None:
        raise read.fault
    assert read.project is not None
    return read.project


# --- a library's page as the project uses it --------------------------------------------------------------------------


def _as_used(page: Page, alias: str, inner: Mapping[str, str], home: Path, folder: Path) -> Page:
    """Return a page with what it names seen from the project that uses it: pages by alias, arrays from its folder."""
    blocks = {name: _block(block, alias, inner, home, folder) for name, block in page.blocks.items()}
    return replace(page, blocks=blocks)


def _block(block: Block, alias: str, inner: Mapping[str, str], home: Path, folder: Path) -> Block:
    symbol = _symbol(block.symbol, alias, inner)
    pins = {pin: _text(block, pin, text, alias, inner, home, folder) for pin, text in block.pins.items()}
    return (
        block if symbol == block.symbol and pins == block.pins else replace(block, symbol=symbol, pins=pins)
    )


def _symbol(symbol: str, alias: str, inner: Mapping[str, str]) -> str:
    named = page_symbol(symbol)
    if named is None:
        return symbol
    return str(
        PageSymbol(named.page, alias if named.library is None else inner.get(named.library, named.library))
    )


def _text(
    block: Block, pin: str, text: PinText, alias: str, inner: Mapping[str, str], home: Path, folder: Path
) -> PinText:
    if isinstance(text, ArrayRef):
        return ArrayRef(_seen_from(folder, home / text.npz), text.key)
    kind = function_pins(block.symbol).get(pin)
    names = names_in(block.symbol, pin, text) if kind is not None else []
    if not names:
        return text
    moved = [text_of_symbol(_symbol(symbol_of_text(name), alias, inner)) for name in names]
    return format_value("func", moved[0]) if kind == "func" else format_value("list(func)", moved)


def _seen_from(folder: Path, path: Path) -> str:
    """Return how a project names a file: relative where it lies below its folder."""
    there = os.path.relpath(path, folder)
    return str(path) if there.startswith("..") else there.replace(os.sep, "/")
