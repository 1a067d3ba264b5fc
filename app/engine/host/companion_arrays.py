"""Reads the arrays that a plan takes from files beside its project, bounded, so that they can be sent to the worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.document.model.diagram import ArrayRef
from app.document.resources.companion_files import CompanionFault
from app.document.resources.npz_archive import NpzArchive, open_archive
from app.engine.compiler.plan import Constant, Plan
from app.engine.ipc.arrays import SentArray
from app.engine.ipc.packing import Buffer, pack
from app.engine.values.npz import stored_array


def arrays_of(plan: Plan) -> Iterator[Constant]:
    """Give the constants of a plan that stand for arrays in files."""
    constants = [node.value for node in plan.all_nodes]
    constants += [variable.value for variable in plan.variables]
    constants += [value for session in plan.sessions for _, value in session.feeds]
    return (constant for constant in constants if constant is not None and constant.array is not None)


def read_arrays(refs: Iterable[ArrayRef], buffers: list[Buffer]) -> tuple[SentArray, ...]:
    """Read arrays by the whole paths of their files, each once; their bytes are appended to ``buffers``."""
    by_file: dict[str, dict[str, None]] = {}
    for ref in refs:
        by_file.setdefault(ref.npz, {})[ref.key] = None
    found: list[SentArray] = []
    for path, keys in by_file.items():
        try:
            with open_archive(Path(path), Path(path).name) as archive:
                found += [_read(archive, path, key, buffers) for key in keys]
        except CompanionFault as fault:
            found += [SentArray(path, key, fault=fault.sentence) for key in keys]
    return tuple(found)


def _read(archive: NpzArchive, path: str, key: str, buffers: list[Buffer]) -> SentArray:
    try:
        return SentArray(path, key, pack({key: stored_array(archive, Path(path).name, key)}, buffers)[key])
    except CompanionFault as fault:
        return SentArray(path, key, fault=fault.sentence)
