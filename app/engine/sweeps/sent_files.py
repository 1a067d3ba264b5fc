"""The files that runs on another machine need: those of the project's folder that texts name, and stored arrays."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import ArrayRef
from app.document.model.sentence import Explained, say
from app.engine.analysis.touches import Touch, touches_of
from app.engine.compiler.plan import Constant, Plan
from app.engine.host.companion_arrays import arrays_of

_MOST = 256  # MB
_PREFIXES = ("prefix", "checkpoint")
_ARRAYS = ".arrays"  # the folder of arrays that lie elsewhere


class TooLarge(Explained):
    """The files are too much to be sent."""


def files_of(plan: Plan, folder: Path, known: dict[str, bytes]) -> dict[str, str]:
    """Add the files that a plan reads to ``known``, by their names below the folder; raises TooLarge.

    Returns where its arrays are then, by where they are here.
    """
    for touch in touches_of(plan):
        if touch.capability == "read" and touch.name is not None:
            for path in _named(touch, folder):
                _add(path.relative_to(folder).as_posix(), path, known)
    moved: dict[str, str] = {}
    for stored in dict.fromkeys(c.array.npz for c in arrays_of(plan) if c.array is not None):
        real = Path(stored)
        inside = real.is_relative_to(folder)
        name = real.relative_to(folder).as_posix() if inside else f"{_ARRAYS}/{len(known)}-{real.name}"
        if real.is_file():
            _add(name, real, known)
            moved[stored] = name
    return moved


def with_arrays_at(plan: Plan, moved: dict[str, str], folder: Path) -> Plan:
    """Return the plan with its arrays where they have been put below a folder."""
    if not moved:
        return plan

    def at(constant: Constant | None) -> Constant | None:
        if constant is None or constant.array is None or constant.array.npz not in moved:
            return constant
        place = str(folder / moved[constant.array.npz])
        return replace(constant, array=ArrayRef(place, constant.array.key))

    nodes = tuple([replace(node, value=at(node.value)) for node in plan.nodes])
    functions = [
        replace(f, nodes=tuple([replace(n, value=at(n.value)) for n in f.nodes])) for f in plan.functions
    ]
    variables = [replace(v, value=at(v.value)) for v in plan.variables]
    sessions = [
        replace(s, feeds=tuple([(ref, at(own) or own) for ref, own in s.feeds])) for s in plan.sessions
    ]
    return replace(
        plan,
        nodes=nodes,
        functions=tuple(functions),
        variables=tuple(variables),
        sessions=tuple(sessions),
    )


def put_files(files: dict[str, bytes], folder: Path) -> None:
    """Write files below a folder; raises ValueError for a name that leads out of it."""
    for name, data in files.items():
        place = folder / name
        if not place.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"{name} leads out of the folder")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _named(touch: Touch, folder: Path) -> Iterable[Path]:
    """Return the files below the folder that a name stands for: one, those it begins or matches, those of a folder."""
    name = touch.name or ""
    place = Path(name) if os.path.isabs(name) else folder / name
    pattern = glob.escape(str(place)) + "*" if touch.kind in _PREFIXES else str(place)
    found = [place] if place.exists() else [Path(match) for match in glob.iglob(pattern)]
    inside = folder.resolve()
    for path in found:
        for file in _within(path):
            if file.resolve().is_relative_to(inside) and file.is_relative_to(folder):
                yield file


def _within(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.is_file())


def _add(name: str, path: Path, known: dict[str, bytes]) -> None:
    if name in known:
        return
    size = sum(map(len, known.values())) + path.stat().st_size
    if size > _MOST << 20:
        raise TooLarge(say("sweep.files-too-large", most=_MOST))
    known[name] = path.read_bytes()
