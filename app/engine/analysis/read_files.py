"""Which files a planned page reads, by block: what its texts and arrays name, and the Python files of its blocks.

Names that are computed in the run are not known here; what stands behind a pattern of names is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.document.resources.file_stamps import ReadFile
from app.document.resources.grants import is_within
from app.document.resources.name_readings import network_scheme, places_named
from app.document.resources.python_blocks import sources_of
from app.document.resources.python_source import PythonFault
from app.engine.analysis.touches import Touch, touches_of
from app.engine.compiler.plan import Plan


def files_read(plan: Plan, folder: Path, *, is_here: bool = True) -> tuple[ReadFile, ...]:
    """Return the files that a page reads which runs in a folder, each once for each block.

    ``is_here``: its ops run on this machine; else only what is sent to them is read here.
    """
    found: dict[ReadFile, None] = {}
    if is_here:
        touched = touches_of(plan)
        written = [
            place for touch in touched if touch.capability == "write" for place in _places(touch, folder)
        ]
        for touch in touched:
            if touch.capability == "read":
                for path in _places(touch, folder):
                    is_written = any(_is_one_of(path, place) or _is_one_of(place, path) for place in written)
                    found[ReadFile(touch.block, path, touch.kind, is_written)] = None
    found.update(dict.fromkeys(_arrays(plan)))
    found.update(dict.fromkeys(_python_files(plan, folder)))
    return tuple(found)


def _places(touch: Touch, folder: Path) -> Iterator[str]:
    """Give the absolute paths that the name of a touch may mean."""
    if touch.name and network_scheme(touch.name) is None:
        for place in places_named(touch.name, str(folder), is_url=touch.kind == "url"):
            if place is not None:
                yield os.path.normpath(place)


def _is_one_of(path: str, place: str) -> bool:
    """Return whether a path begins with another one: it is the same, lies below it, or is of its files."""
    return is_within(path, place) or os.path.normcase(path).startswith(os.path.normcase(place))


def _arrays(plan: Plan) -> Iterator[ReadFile]:
    blocks = {node.name: node.block for node in plan.all_nodes}
    constants = [(node.block, node.value) for node in plan.all_nodes]
    constants += [(variable.block, variable.value) for variable in plan.variables]
    constants += [
        (blocks.get(ref.partition(":")[0], session.block), value)
        for session in plan.sessions
        for ref, value in session.feeds
    ]
    for block, constant in constants:
        if constant is not None and constant.array is not None:
            yield ReadFile(block, constant.array.npz)


def _python_files(plan: Plan, folder: Path) -> Iterator[ReadFile]:
    for call in plan.python_calls:
        with suppress(PythonFault):  # it may go at this very moment
            for source in sources_of(call.file, folder):
                yield ReadFile(call.block, str(folder / source.file))
