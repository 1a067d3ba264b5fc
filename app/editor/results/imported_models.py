"""Opens a model for editing; its arrays lie in a folder of their own until they are saved."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.document.editing.document import Document
from app.document.storage.errors import FileProblem
from app.editor.results.imported_state import new_store, sweep_stores
from app.engine.host.interface import EngineInterface
from app.engine.host.models import open_model
from app.messages import report_lines


def read_model(engine: EngineInterface, path: Path) -> Document:
    """Read a model as an unsaved document, in any thread.

    Raises FileProblem where it does not read, and OSError where its arrays cannot be written.
    """
    sweep_stores()
    store = new_store()
    try:
        opened = open_model(engine, path, store)
    except (FileProblem, OSError):
        shutil.rmtree(store, ignore_errors=True)
        raise
    for page in opened.loaded.project.pages:
        page.report = report_lines(opened.reports[page.name])
    document = Document.of_foreign(opened.loaded, path)
    document.store = store
    _ = document.catalog  # all pages are looked at for it: that is done here, beside the window
    return document
