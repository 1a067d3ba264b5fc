"""Which files beside a project it may name: arrays, snapshots and results below its folder, or below one of the user's.

Where the folder holds far more than the project, as the home does, nothing in it is the project's own. A name counts
as inside only if both readings of it do: by its letters, and with links followed. Nothing outside is looked at, not
even to see whether it is there: a share of another machine would be contacted by that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.document.model.sentence import Explained, Sentence, say
from app.document.resources.ground import is_broad
from app.document.resources.refusals import allowing

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


class Companions(msgspec.Struct, frozen=True):
    """The files beside one project that it may name: arrays, snapshots, results.

    ``data`` are folders of the user, ``allowed`` paths that have been allowed, all that is below them too, where
    ``allows_all`` is not set. Of a folder that is broad, and of that of a project that is not saved, nothing is the
    project's own.
    """

    folder: str
    data: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    is_saved: bool = True
    allows_all: bool = False

    @classmethod
    def of(cls, folder: str | os.PathLike[str], data: Iterable[str | os.PathLike[str]] = ()) -> Companions:
        """Return those of a saved project that has been allowed nothing."""
        return cls(os.fspath(folder), tuple(os.fspath(place) for place in data))

    def path(self, name: str) -> Path:
        """Return the absolute path of a file that the project names, which may not be there.

        Raises CompanionFault for a name that no file can have, or that leads to what has not been allowed.
        """
        place = companion_path(name, self.folder, (*self.data, *self.allowed), takes_any=self.allows_all)
        if not self.allows_all and not self._is_own() and not self._is_allowed(str(place)):
            raise CompanionFault(say("companion.not-own", file=name, flag=allowing("read", str(place))))
        return place

    def asked_for(self, name: str) -> Asked | None:
        """Return what would have to be allowed for a name to be used; None where it may be, or where nothing helps."""
        try:
            self.path(name)
        except CompanionFault as fault:
            if not is_refusal(fault.sentence):
                return None
            if _leads_away(name):  # not looked at, before that is allowed
                if _is_of_another_system(name) or _is_share(name):
                    return None
                return Asked(os.path.normpath(os.path.join(os.path.abspath(self.folder), name)), False)
            return Asked(
                os.path.realpath(os.path.join(self.folder, name)), fault.sentence.key == "companion.not-own"
            )
        return None

    def _is_own(self) -> bool:
        return self.is_saved and not is_broad(self.folder)

    def _is_allowed(self, place: str) -> bool:
        return _is_inside(place, (*self.data, *self.allowed, str(imported_folder())))


class Asked(NamedTuple):
    """A path that would have to be allowed. ``is_beside``: it lies in the project's folder, which is not its own."""

    path: str
    is_beside: bool


def is_refusal(sentence: Sentence) -> bool:
    """Return whether a fault says that a file was not opened as that has not been allowed."""
    return sentence.key in ("companion.elsewhere", "companion.not-own")


def companion_path(
    name: str, folder: str | os.PathLike[str], others: Sequence[str] = (), *, takes_any: bool = False
) -> Path:
    """Return the absolute path of a file that a project in ``folder`` names, which may not be there.

    A name that leads out of the folder must be one of the ``others``, which the user named or allowed, lie below one,
    or be of the program's own making. ``takes_any``: it may lead anywhere. Raises CompanionFault for a name that leads
    elsewhere, or that no file can have.
    """
    if not name or "\0" in name or len(name) > _LONGEST:
        raise CompanionFault(say("companion.no-name", file=name[:80]))
    home, *tops = [os.path.abspath(place) for place in (folder, *others)]
    if os.name == "nt" and ":" in name and not _ABSOLUTE.match(name):
        raise CompanionFault(say("companion.elsewhere", file=name))
    if _leads_away(name):
        place = os.path.normpath(os.path.join(home, name))
        tops.append(os.path.abspath(imported_folder()))
        inside = not _is_of_another_system(name) and (takes_any or any(_is_below(place, top) for top in tops))
    else:
        place, inside = os.path.join(home, name), True
        tops.append(home)
    if not inside or not (takes_any or _is_inside(place, tops)):
        raise CompanionFault(say("companion.elsewhere", file=name))
    return Path(place)


def _leads_away(name: str) -> bool:
    """Return whether a name is absolute or leads out of the folder by its letters, as any system reads it."""
    return bool(_ABSOLUTE.match(name)) or _leads_up(name)


def _is_share(name: str) -> bool:
    """Return whether a name may be that of a share, which a look at it would contact."""
    return name[:2] in ("//", "\\\\")


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
