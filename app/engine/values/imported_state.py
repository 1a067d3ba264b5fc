"""Files beside a project of what an imported page brings: large arrays, saved state, saved results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.document.formats.enuspace.arrays import ArrayFault
from app.document.model.sentence import Sentence, say
from app.document.resources.lookup import file_beside
from app.engine.compiler.make_plan import make_plan
from app.engine.values.npz import write_npz
from app.engine.values.results import TensorValue, numpy_dtype
from blocks.dtypes import DTYPES

if TYPE_CHECKING:
    from app.document.formats.enuspace import Array, ReadPage

AS_SAVED = "as saved"  # the snapshot of the state in which a page was saved


def values_of(arrays: Mapping[str, Array]) -> dict[str, TensorValue]:
    """Return arrays as a run's values, under the same keys."""
    return {key: _value(array) for key, array in arrays.items()}


def _value(read: Array) -> TensorValue:
    label = DTYPES[read.dtype].label
    if label == "string":
        texts = np.empty(len(read.values), dtype=object)
        texts[:] = read.values
        return TensorValue(label, texts.reshape(read.shape))
    return TensorValue(label, np.asarray(read.values).astype(numpy_dtype(label)).reshape(read.shape))


def shown_results(read: ReadPage, folder: Path) -> dict[str, TensorValue]:
    """Return the page's saved results in the dtypes that its outputs have.

    Pages hold every integer as 32 bits, and a double zero for what no run has filled; that one is left out.
    """
    types = make_plan(read.page, folder, everything=True).types
    found = {}
    for key, array in read.saved().items():
        dtype = types.get(key)
        if dtype is None or dtype == array.dtype:
            found[key] = array
        elif not (array.dtype == "DT_DOUBLE" and array.shape == ()):
            try:
                found[key] = array.cast(dtype)
            except ArrayFault:
                found[key] = array
    return values_of(found)


def keep_beside(read: ReadPage, folder: Path, name: str) -> list[Sentence]:
    """Write what a page brings to ``folder``, in files that bear ``name``, and let the page refer to them.

    Returns what the page's report is to say of it. Raises OSError.
    """
    page = read.page
    lines = []
    if read.stored:
        arrays = file_beside(name, "arrays")
        write_npz(folder / arrays, values_of(read.stored))
        lines.append(say("enuspace.arrays-lie", count=len(read.stored), file=arrays))
    snapshot = read.snapshot()
    if snapshot:
        state = file_beside(name, "saved")
        write_npz(folder / state, values_of(snapshot))
        page.snapshots = {**page.snapshots, AS_SAVED: {"npz": state}}
        lines.append(say("enuspace.state-lies", count=len(snapshot), name=AS_SAVED, file=state))
    saved = shown_results(read, folder)
    if saved:
        results = file_beside(name, "results")
        write_npz(folder / results, saved)
        page.results = {"npz": results}
        lines.append(say("enuspace.results-lie", count=len(saved), file=results))
    return lines
