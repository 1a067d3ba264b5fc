"""Imports NodeGraphQt without setuptools, which would take a fifth of the time until the first page shows.

NodeGraphQt 0.6.44 compares two Qt versions with ``distutils.version.LooseVersion``. Wherever setuptools is
installed, importing distutils imports all of setuptools; and Python 3.12 has no other distutils.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def loose_version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version, to be compared with another one's."""
    return tuple(int(number) for number in re.findall(r"\d+", text))


@contextmanager
def _small_distutils() -> Iterator[None]:
    """Offer a distutils that holds nothing else, unless there is one already."""
    if "distutils" in sys.modules:
        yield
        return
    package, version = ModuleType("distutils"), ModuleType("distutils.version")
    package.__path__ = []
    package.version = version  # type: ignore[attr-defined]
    version.LooseVersion = loose_version  # type: ignore[attr-defined]
    sys.modules.update({"distutils": package, "distutils.version": version})
    try:
        yield
    finally:
        del sys.modules["distutils"], sys.modules["distutils.version"]


with _small_distutils():
    from NodeGraphQt import NodeGraph
    from NodeGraphQt.base.node import NodeObject
    from NodeGraphQt.qgraphics.pipe import PipeItem
    from NodeGraphQt.widgets.viewer import NodeViewer

__all__ = ["NodeGraph", "NodeObject", "NodeViewer", "PipeItem"]
