"""Which files beside a project it may name: arrays, snapshots and results below its folder, or below one of the user's.

A name counts as inside only if both readings of it do: by its letters, and with links followed. Nothing outside is
looked at, not even to see whether it is there: a share of another machine would be contacted by that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from app.document.model.sentence import Explained, say

_ABSOLUTE = re.compile(r"[\\/]|[A-Za-z]:")  # on any system: of Unix, of Windows with a drive or a share
_SEPARATORS = re.compile(r"[\\/]")
_LONGEST = 4096  # characters of a name


class CompanionFault(Explained, ValueError):
    """A file beside the project cannot be used; the sentence names it."""


def imported_folder() -> Path:
    """Return the folder of what imported pages bring, until they are saved: the program's own, not a project's.

    It lies beside the settings where these lie elsewhere, else in the user's data.
    """
    given = os.environ.get("TENSORBLOCKS_CONFIG")
    if given:
        return Path(given) / "imported"
    import platformdirs  # late: most projects name nothing there

    return Path(platformdirs.user_data_dir("tensorblocks", appauthor=False)) / "imported"


def companion(name: str, folder: Path, data: Sequence[Path] = (), allowed: Sequence[str] = ()) -> Path:
    """Return the absolute path of a file that a project in ``folder`` names, which may not be there.

    A name that leads out of the folder must lie below one of the ``data`` folders, which the user named, be one of the
    ``allowed`` paths or below it, or be of the program's own making. Raises CompanionFault for a name that leads
    elsewhere, or that no file can have.
    """
    if not name or "\0" in name or len(name) > _LONGEST:
        raise CompanionFault(say("companion.no-name", file=name[:80]))
    home, *others = [os.path.abspath(place) for place in (str(folder), *map(str, data), *allowed)]
    if os.name == "nt" and ":" in name and not _ABSOLUTE.match(name):
        raise CompanionFault(say("companion.elsewhere", file=name))
    if _ABSOLUTE.match(name) or _leads_up(name):
        place = os.path.normpath(os.path.join(home, name))
        tops = [*others, os.path.abspath(imported_folder())]
        inside = not _is_of_another_system(name) and any(_is_below(place, top) for top in tops)
    else:
        place, tops, inside = os.path.join(home, name), [home, *others], True
    if not inside or not _is_inside(place, tops):
        raise CompanionFault(say("companion.elsewhere", file=name))
    return Path(place)


def _is_of_another_system(name: str) -> bool:
    """Return whether a name is absolute, or leads up, as only another system reads it."""
    if os.name == "nt":
        return False
    return bool(re.match(r"[A-Za-z]:|\\\\", name)) or "\\" in name


def _leads_up(name: str) -> bool:
    """Return whether a relative name leads out of the folder by its letters, with the separators of any system."""
    depth = 0
    for part in _SEPARATORS.split(name):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return True
    return False


def _is_inside(place: str, allowed: Sequence[str]) -> bool:
    """Return whether a path lies below one of the folders once links are followed."""
    try:
        real = os.path.realpath(place)
        return any(_is_below(real, os.path.realpath(top)) for top in allowed)
    except (OSError, ValueError):  # a name that no file can have
        return False


def _is_below(place: str, folder: str) -> bool:
    place, folder = os.path.normcase(place), os.path.normcase(folder)
    return place == folder or place.startswith(folder.rstrip(os.sep) + os.sep)
