"""Where a project stands: its folder and the user's data folders, and whether the folder is too broad to be its own."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

_SHARED_BY_ALL = ("Desktop", "Documents", "Downloads")


class Ground(msgspec.Struct, frozen=True):
    """The folder that relative names are seen from, and what of it belongs to the project.

    ``folder`` is absolute. ``is_own``: a run may read and write below it; not so where it is broad, or where the
    project is not saved and the folder only happens to be the current one. ``data``: folders that are read.
    """

    folder: str
    is_own: bool
    data: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, folder: str | os.PathLike[str], data: Sequence[Path] = (), *, is_saved: bool = True
    ) -> Ground:
        """Return where a project stands whose file is in ``folder``."""
        real = os.path.realpath(folder)
        places = tuple(os.path.realpath(place) for place in data)
        return cls(real, is_saved and not is_broad(real), places)


def is_broad(folder: str) -> bool:
    """Return whether a folder holds far more than a project: the home or above it, a root, the temporary folder, ..."""
    real = os.path.normcase(os.path.realpath(folder))
    return real == os.path.normcase(os.path.dirname(real)) or real in _broad_folders()


@functools.cache
def _broad_folders() -> frozenset[str]:
    """Return the home, what is above it or the temporary folder, and what users put everything into."""
    import platformdirs  # late: only runs ask

    homes = [Path(os.path.realpath(home)) for home in _homes()]
    temporary = Path(os.path.realpath(tempfile.gettempdir()))
    shared = [home / name for home in homes for name in _SHARED_BY_ALL]
    shared += [
        Path(place)
        for place in (
            platformdirs.user_desktop_dir(),
            platformdirs.user_documents_dir(),
            platformdirs.user_downloads_dir(),
        )
    ]
    if os.name == "posix":
        shared += [Path("/tmp"), Path("/var/tmp")]
    found = [
        *homes,
        *(above for home in homes for above in home.parents),
        temporary,
        *temporary.parents,
        *shared,
    ]
    return frozenset(os.path.normcase(os.path.realpath(place)) for place in found)


def _homes() -> Iterator[Path]:
    """Give the user's home as the environment says it, which for a worker is another, and as the system does."""
    with contextlib.suppress(RuntimeError):  # there is none
        yield Path.home()
    if sys.platform != "win32":
        import pwd

        with contextlib.suppress(KeyError):  # a user whom the system does not know, as in some containers
            yield Path(pwd.getpwuid(os.getuid()).pw_dir)
