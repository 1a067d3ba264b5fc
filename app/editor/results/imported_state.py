"""Opens enuSpace pages for editing; their arrays and states lie in a folder of their own until they are saved."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.document.editing.document import Document
from app.document.model.diagram import ArrayRef, Block, Page
from app.document.model.stored_values import npz_of
from app.document.resources.companion_files import imported_folder
from app.editor.layout.apart import move_apart
from app.editor.layout.block_geometry import shape_of
from app.messages import report_lines

_LOG = logging.getLogger(__name__)
_OLDEST = 30 * 24 * 3600.0  # seconds that a folder stays which nothing removed, as after a crash


def open_imported(paths: Sequence[Path], data: Sequence[Path]) -> Document:
    """Open pages as one unsaved document. Its larger arrays, saved states and results lie in ``document.store``.

    Raises FileProblem where no page reads.
    """
    store = new_store()
    document = Document.open_pages(paths, data, store)
    for read in document.imported:
        read.page.report = report_lines(read.report)
    for page in document.project.pages:
        move_apart(page, partial(_size_of, document))
    try:
        sweep_stores()
        store.mkdir(mode=0o700, parents=True)
        _fill(document, store)
        document.store = store
    except OSError as fault:
        _LOG.warning("what the pages hold besides their diagrams cannot be kept in %s: %s", store, fault)
    document.imported.clear()  # it holds the whole .dat file
    return document


def new_store() -> Path:
    """Return a folder that nothing else uses, which is not made yet."""
    return imported_folder() / f"{os.getpid()}-{os.urandom(6).hex()}"


def _size_of(document: Document, block: Block) -> tuple[float, float]:
    """Return how large a block is drawn; of a symbol that is not known, as small as any."""
    symbol = document.catalog.get(block.symbol)
    shape = shape_of(symbol) if symbol is not None else None
    return (shape.width, shape.height) if shape is not None else (0.0, 0.0)


def _fill(document: Document, store: Path) -> None:
    from app.engine.values.imported_state import keep_beside  # late: it needs NumPy

    for read in document.imported:
        keep_beside(read, store, read.page.name)
        page: Page = read.page
        page.snapshots = {name: {"npz": str(store / known["npz"])} for name, known in page.snapshots.items()}
        if page.results is not None:
            page.results = {"npz": str(store / page.results["npz"])}


def store_of(document: Document) -> Path | None:
    """Return the store that a recovered document's arrays lie in; None where it has none."""
    stores = imported_folder()
    for page in document.project.pages:
        refs = [
            text.npz
            for block in page.blocks.values()
            for text in block.pins.values()
            if isinstance(text, ArrayRef)
        ]
        refs += [npz for entry in (*page.snapshots.values(), page.results) if (npz := npz_of(entry))]
        for npz in refs:
            if Path(npz).parent.parent == stores:
                return Path(npz).parent
    return None


def remove_store(document: Document) -> None:
    """Remove what an imported document has stored; it is closed and needs it no longer."""
    if document.store is not None:
        shutil.rmtree(document.store, ignore_errors=True)


def sweep_stores() -> None:
    """Remove stores that programs which ended badly have left long ago."""
    try:
        for folder in imported_folder().iterdir():
            if folder.is_dir() and not folder.is_symlink() and time.time() - folder.stat().st_mtime > _OLDEST:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        _LOG.debug("there are no stores yet")
