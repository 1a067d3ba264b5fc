"""The Python blocks of the document: found beside it, followed when their files change, and made from a template."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog

from app.document.editing.python_template import new_python_block
from app.document.model.python_symbol import PREFIX, python_symbol
from app.document.resources.companion_files import Companions
from app.document.resources.ground import is_broad
from app.document.resources.libraries import read_libraries
from app.document.resources.library_pages import Libraries
from app.document.resources.python_blocks import NO_PYTHON, PythonBlocks, blocks_in, sources_of
from app.document.resources.python_source import PythonFault
from app.document.storage.errors import FileProblem
from app.editor.analysis.latest_task import LatestTask, Turn
from app.messages import error_text

if TYPE_CHECKING:
    from app.document.editing.base import Change
    from app.document.editing.document import Document
    from app.document.model.diagram import Block
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext

_SETTLE_MS = 150  # editors write in several steps
_BRINGING = frozenset({"page-added", "reset"})  # changes by which there may be blocks that no change names


class _Question(NamedTuple):
    folder: Path
    used: frozenset[str]  # symbols on the pages
    is_listed: bool  # whether the folder's own files are looked through
    libraries: Mapping[str, str]
    companions: Companions  # the files beside the document that may be read


_Stamp = tuple[int, int] | None  # when it was written, and its size; None: it is not there


class _Answer(NamedTuple):
    folder: Path
    found: PythonBlocks
    libraries: Libraries
    files: tuple[str, ...]  # that are to be watched
    stamps: dict[str, _Stamp]  # of files, from before they were read


class PythonBlockController(QObject):
    """Looks for the blocks in a thread, and lets catalog, pages and palette follow."""

    found = Signal()  # the catalog has other symbols than before
    place_requested = Signal(str)  # a symbol, to be placed on the page

    def __init__(self, context: EditorContext) -> None:
        """Begin with no document."""
        super().__init__(context)
        self._context = context
        self._known = NO_PYTHON
        self._used: frozenset[str] = frozenset()  # symbols on the pages, when they were looked at last
        self._task: LatestTask[_Question, _Answer] = LatestTask("Python blocks", _look, self._take, self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._settle.start)
        self._watcher.directoryChanged.connect(self._settle.start)

    def actions(self) -> Handlers:
        """Return what each action about Python blocks calls."""
        return {"edit.add_python": self.add}

    # --- following the document
    def forget(self) -> None:
        """Drop what is known: another document comes."""
        self._task.drop()
        self._settle.stop()
        self._known, self._used = NO_PYTHON, frozenset()
        self._watch(())

    def look(self) -> None:
        """Look for the document's Python blocks, in the background."""
        if self._context.document is not None:
            self._task.ask(self._question, 0)

    def _question(self) -> _Question:
        document = self._context.document
        assert document is not None  # what is asked is dropped with its document
        self._used = _used(document)
        companions = self._context.runner.plans.files.at(document.folder)
        libraries = dict(document.project.libraries)
        return _Question(document.folder, self._used, document.path is not None, libraries, companions)

    def follow(self, changes: Any) -> None:
        """Look again where the pages have a Python block that they did not have before; show pages' new pins."""
        document = self._context.document
        if document is not None and any(change.kind == "libraries" for change in changes):
            self.look()
        other = {name for change in changes if change.kind == "symbols" for name in change.ids}
        if other:
            self.found.emit()
            self._show(other, set())
        if document is not None and not _brought(document, changes) <= self._used:
            self.look()

    def close(self) -> None:
        """End the thread."""
        self._task.close()

    def _take(self, answer: _Answer) -> None:
        document = self._context.document
        if document is None or answer.folder != document.folder:
            return
        before, self._known = self._known, answer.found
        self._watch((str(answer.folder), *answer.files))
        if any(_stamp(file) != stamp for file, stamp in answer.stamps.items()):
            self._settle.start()  # written since it was read, and before it was watched
        other = {n for n in before.names | answer.found.names if before.of(n) != answer.found.of(n)}
        rewritten = {n for n, digest in before.contents.items() if answer.found.contents.get(n) != digest}
        pins, pages = document.own.set_files(answer.found.symbols(), answer.libraries)
        other |= pins
        rewritten |= pages
        if other:
            self.found.emit()
        self._show(other, rewritten)

    def _show(self, other: set[str], rewritten: set[str]) -> None:
        """Let the pages follow: blocks look otherwise, or do something else."""
        document = self._context.document
        for page in document.project.pages if document is not None and (other or rewritten) else ():
            symbols = {block.id: block.symbol for block in page.blocks.values()}
            redrawn = [b for b, symbol in symbols.items() if symbol in other]
            canvas = self._context.canvas_of(page.name)
            if canvas is not None and redrawn:
                canvas.renew_blocks(redrawn)
            used = {*symbols.values()} & rewritten if rewritten else set()
            if rewritten and document is not None:
                used |= document.own.functions.reached_from(page).pages.keys() & rewritten
            if redrawn or used:
                self._context.page_edited.emit(page.name, bool(used))

    def _watch(self, paths: Iterable[str]) -> None:
        """Watch these files and folders only; a file that was replaced is watched anew."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        there = [path for path in paths if Path(path).exists()]
        if there:
            self._watcher.addPaths(there)

    # --- a new one
    def add(self) -> None:
        """Ask for a name, write a Python file that begins a block, and place it."""
        document = self._context.document
        if document is None or document.path is None:
            text = "A Python block lies in a file beside the project. Save the project first."
            self._context.show_message("The project is not saved", text)
            return
        parent = self._context.dialog_parent
        name, accepted = QInputDialog.getText(parent, "Add a Python block", "Name of the function")
        if accepted and name.strip():
            self.make(name.strip())

    def make(self, name: str) -> None:
        """Write the file of a new block and place the block."""
        document = self._context.document
        if document is None:
            return
        try:
            symbol = new_python_block(name, document.folder)
        except FileProblem as fault:
            self._context.show_message("No Python block was made", error_text(fault))
            return
        self._take(_answer(self._question(), str(symbol)))
        self._context.log(f"wrote {document.folder / symbol.file}", "good")
        self._context.show_status(f"Edit {symbol.file} with an editor of yours; the block follows it", 10_000)
        self.place_requested.emit(str(symbol))


def _used(document: Document) -> frozenset[str]:
    return _python(block for page in document.project.pages for block in page.blocks.values())


def _brought(document: Document, changes: Sequence[Change]) -> frozenset[str]:
    """Return the Python blocks that changes have brought to the pages, or may have."""
    if any(change.kind in _BRINGING for change in changes):
        return _used(document)
    found: list[Block] = []
    for change in changes:
        if change.kind == "block-added" or (change.kind == "block-changed" and change.old is None):
            page = document.project.page(change.page)
            blocks = page.blocks if page is not None else {}
            found += [blocks[block] for block in change.ids if block in blocks]
    return _python(found)


def _python(blocks: Iterable[Block]) -> frozenset[str]:
    symbols = {block.symbol for block in blocks}
    return frozenset(symbol for symbol in symbols if symbol.startswith(PREFIX))


def _look(question: _Question, turn: Turn[_Answer]) -> None:
    turn.report(_answer(question))


def _answer(question: _Question, *more: str) -> _Answer:
    folder = question.folder
    listed = blocks_in(folder) if question.is_listed and not is_broad(str(folder)) else []
    names = sorted({*question.used, *listed, *more})
    symbols = [symbol for name in names if (symbol := python_symbol(name)) is not None]
    stamps = {file: _stamp(file) for symbol in symbols for file in [str(folder / symbol.file)]}
    found = PythonBlocks.named(names, folder)
    files: set[str] = set()
    for name in names:
        symbol = python_symbol(name)
        if symbol is None:
            continue
        files.add(str(folder / symbol.file))
        if name in question.used and name in found.functions:
            with suppress(PythonFault):  # it may go at this very moment
                files.update(str(folder / source.file) for source in sources_of(symbol.file, folder))
    libraries = read_libraries(question.libraries, question.companions)
    return _Answer(folder, found, libraries, tuple(sorted({*files, *libraries.files})), stamps)


def _stamp(file: str) -> _Stamp:
    """Return by what a file is known to be another than before."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
