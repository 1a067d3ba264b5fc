"""Which files beside the document a window may read: arrays, snapshots and results; for each of its threads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.document.resources.companion_files import Companions
from app.document.resources.ground import is_broad
from app.document.resources.search_path import user_folders

if TYPE_CHECKING:
    from app.document.editing.document import Document


class FilesBeside(msgspec.Struct, frozen=True):
    """What of a document's surroundings may be read.

    ``is_saved``: it has a place of its own. ``sources``: folders that a copy which is not saved yet reads as well.
    ``allowed``: paths that the user has allowed.
    """

    is_saved: bool = True
    sources: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    def at(self, folder: Path) -> Companions:
        """Return the files beside a document in a folder, with the user's data folders as they are now."""
        data = tuple(str(place) for place in (*user_folders(), *self.sources))
        return Companions(str(folder), data, self.allowed, self.is_saved)


def sources_of(document: Document) -> tuple[Path, ...]:
    """Return the folders that a document which is not saved yet reads: that of its original, unless that is broad."""
    source = document.source_folder
    return () if source is None or is_broad(str(source)) else (source,)
