"""Imports NodeGraphQt without what it never uses, which would take a third of the time until the first page shows.

NodeGraphQt 0.6.44 compares two Qt versions with ``distutils.version.LooseVersion``. Wherever setuptools is
installed, importing distutils imports all of setuptools; and Python 3.12 has no other distutils. And its Qt.py makes
every class of Qt that it knows, of all modules; a ``QtSiteConfig`` is its own way to leave some out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

from app.editor.canvas.nodegraph.qt_members import USED


def loose_version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version, to be compared with another one's."""
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _small_distutils() -> dict[str, ModuleType]:
    """Return a distutils that holds nothing else, nothing where there is one already."""
    if "distutils" in sys.modules:
        return {}
    package, version = ModuleType("distutils"), ModuleType("distutils.version")
    package.__path__ = []
    package.version = version  # type: ignore[attr-defined]
    version.LooseVersion = loose_version  # type: ignore[attr-defined]
    return {"distutils": package, "distutils.version": version}


def _small_qt() -> dict[str, ModuleType]:
    """Return settings for Qt.py that leave NodeGraphQt's modules of Qt, nothing where the user has own settings."""
    if find_spec("QtSiteConfig") is not None:
        return {}
    settings = ModuleType("QtSiteConfig")
    settings.update_members = _leave_used  # type: ignore[attr-defined]
    return {"QtSiteConfig": settings}


def _leave_used(members: dict[str, list[str]]) -> None:
    """Leave the modules of Qt and their classes that NodeGraphQt uses."""
    for name in list(members):
        if name in USED:
            members[name] = [member for member in members[name] if member in USED[name]]
        else:
            del members[name]


@contextmanager
def _offered(modules: dict[str, ModuleType]) -> Iterator[None]:
    """Let modules be found while the block runs."""
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            del sys.modules[name]


with _offered({**_small_distutils(), **_small_qt()}):
    from NodeGraphQt import NodeGraph
    from NodeGraphQt.base.node import NodeObject
    from NodeGraphQt.qgraphics.pipe import PipeItem
    from NodeGraphQt.widgets.viewer import NodeViewer

__all__ = ["NodeGraph", "NodeObject", "NodeViewer", "PipeItem"]
