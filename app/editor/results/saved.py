"""Shows the results that a project or an imported page holds from an earlier run, as soon as it is open."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.model.stored_values import npz_of, under_present_ids
from app.messages import error_text

if TYPE_CHECKING:
    from app.document.editing.document import Document
    from app.editor.results.store import ResultStore

_LOG = logging.getLogger(__name__)


def show_saved_results(document: Document, store: ResultStore) -> None:
    """Put the results of each page that holds some into the store, as of an earlier run."""
    for page in document.project.pages:
        npz = npz_of(page.results)
        if npz is None:
            continue
        from app.engine.values.saved import read_results  # late: it needs NumPy, which most projects do not
        from app.engine.values.snapshots import SnapshotError

        try:
            values = read_results(Path(document.folder) / npz)
        except SnapshotError as fault:
            _LOG.warning("the saved results of page %s are not shown: %s", page.name, error_text(fault))
            continue
        store.put_saved(page.name, under_present_ids(page.results, values))
