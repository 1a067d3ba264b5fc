"""Snapshots: the values of a page's Variables in an ``.npz`` beside the project, by block; read without pickle."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.document.model.diagram import Project
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import Explained, say
from app.document.model.stored_values import npz_of, under_present_ids
from app.document.resources.companion_files import CompanionFault, Companions
from app.document.resources.npz_archive import MOST_BYTES, open_archive
from app.engine.compiler.plan import Plan, PlanVariable
from app.engine.values.npz import LENGTHS, whole_texts, write_npz
from app.engine.values.results import TensorValue, numpy_dtype, plain_array, tensor_of
from blocks.dtypes import DTYPES
from blocks.requirement import Actual, Requirement, ShapeOf, of_dtypes

_Array = np.ndarray[Any, Any]
_UNFIT = re.compile(r"[^\w.-]+")  # what does not go into the name of a snapshot's file


class SnapshotError(Explained, ValueError):
    """A snapshot or checkpoint cannot be read or written."""


def entry(file: str, step: int, date: datetime) -> dict[str, Any]:
    """Return what a page's list of snapshots holds of one: the file, and which step of which day it is of."""
    return {"npz": file, "step": step, "date": date.astimezone().isoformat(timespec="seconds")}


def file_of(known: Any, companions: Companions) -> Path:
    """Return the file of a page's snapshot; raises SnapshotError where there is none that may be used."""
    npz = npz_of(known)
    if npz is None:
        raise SnapshotError(say("snapshot.names-no-file"))
    try:
        return companions.path(npz)
    except CompanionFault as fault:
        raise SnapshotError(fault.sentence) from fault


def free_file(project: Project, path: Path, name: str) -> str:
    """Return a free name beside the project's file for a snapshot's: ``PROJECT.NAME.npz``, with a number at need."""
    taken = {npz_of(known) for page in project.pages for known in page.snapshots.values()}
    base = f"{path.resolve().stem}.{_UNFIT.sub('_', name)}"
    number, file = 1, f"{base}.npz"
    while file in taken or os.path.lexists(path.parent / file):  # a link may lead anywhere
        number += 1
        file = f"{base}.{number}.npz"
    return file


def write_snapshot(path: str | os.PathLike[str], variables: Mapping[str, TensorValue]) -> None:
    """Write the Variables' values under their blocks' ids, atomically; raises OSError."""
    write_npz(path, variables)


def stored_snapshot(known: Any, companions: Companions) -> dict[str, TensorValue]:
    """Return the values of a page's snapshot by block, under the ids of today; raises SnapshotError."""
    return under_present_ids(known, read_snapshot(file_of(known, companions)))


def read_snapshot(path: str | os.PathLike[str], most: int = MOST_BYTES) -> dict[str, TensorValue]:
    """Return a file's values by block, as it names them, in the dtypes that NumPy has (see ``write_npz``).

    ``path`` is a file that the user named, or that `Companions` let pass; ``most`` bytes are read. Raises
    SnapshotError.
    """
    name = Path(path).name
    try:
        with open_archive(Path(path), name, most) as archive:
            arrays = archive.arrays()
    except CompanionFault as fault:
        raise SnapshotError(fault.sentence) from fault
    try:
        return {
            key: tensor_of(whole_texts(array, arrays.get(key + LENGTHS), name, key))
            for key, array in arrays.items()
            if not key.endswith(LENGTHS)
        }
    except CompanionFault as fault:
        raise SnapshotError(fault.sentence) from fault
    except MemoryError:
        raise SnapshotError(say("npz.beyond-memory", file=name)) from None


def fitting(
    plan: Plan, values: Mapping[str, TensorValue], name: str
) -> tuple[dict[str, TensorValue], list[Problem]]:
    """Return the values that the plan's Variables can start from, in their dtypes, and what does not fit.

    An error where dtype or shape differ; warnings for Variables of only one side. ``name`` is the snapshot's.
    """
    variables = {v.block: v for v in plan.variables}
    start: dict[str, TensorValue] = {}
    problems: list[Problem] = []
    for block, value in values.items():
        if block not in variables:
            sentence = say("snapshot.no-variable", snapshot=name, block=block)
            problems.append(warning("bad-snapshot", sentence))
            continue
        needs = _misfit(variables[block], value)
        if needs is not None:
            if isinstance(needs.shape, ShapeOf):
                actual = Actual(shape=value.shape)
                shape = needs.shape.sizes
                sentence = say(
                    "snapshot.shape-misfit", snapshot=name, block=block, stored=value.shape, shape=shape
                )
            else:
                actual = Actual(dtype=value.dtype)
                sentence = say("snapshot.misfit", snapshot=name, block=block, actual=actual, needs=needs)
            problems.append(error("bad-snapshot", sentence, block, requirement=needs, actual=actual))
        else:
            start[block] = _in_dtype(value, DTYPES[variables[block].dtype].label)
    for block in variables:
        if block not in values:
            sentence = say("snapshot.no-value", snapshot=name, block=block)
            problems.append(warning("bad-snapshot", sentence, block))
    return start, problems


def _misfit(variable: PlanVariable, value: TensorValue) -> Requirement | None:
    """Return what the Variable requires, where what is stored does not fit."""
    label = DTYPES[variable.dtype].label
    if value.dtype not in (label, _stored_as(label)):
        return of_dtypes(label)
    shape = variable.shape
    if shape is None or (
        len(shape) == len(value.shape)
        and all(size in (-1, given) for size, given in zip(shape, value.shape, strict=True))
    ):
        return None
    return Requirement(shape=ShapeOf(tuple(None if size == -1 else size for size in shape)))


def _stored_as(label: str) -> str:
    """Return the dtype in which an npz holds a dtype."""
    if label == "string":
        return label
    empty = TensorValue(label, np.zeros(0, numpy_dtype(label)))
    return plain_array(empty).dtype.name


def _in_dtype(value: TensorValue, label: str) -> TensorValue:
    if label == value.dtype or label == "string":
        return TensorValue(label, value.array)
    return TensorValue(label, value.array.astype(numpy_dtype(label)))
