"""Writes a tensor to a file: .npy, .npz, .csv. The file is there only once it is whole."""

from __future__ import annotations

import contextlib
import csv
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from app.editor.values.cancelling import Cancelled
from app.editor.values.texts import value_text

if TYPE_CHECKING:
    import numpy as np

    from app.engine.values.results import TensorValue

_ROWS = 4096  # written between two looks at whether it was called off


def export(value: TensorValue, path: Path, cancelled: Callable[[], bool]) -> None:
    """Write a tensor in the format of the path's suffix; raises OSError, ValueError for others, and Cancelled.

    ``.npy`` and ``.npz`` (key ``value``) are read without pickle, strings as NumPy's Unicode or bytes. ``.csv``
    has the rows and columns of a matrix, one column for a vector; of more axes one line for each element, with
    its indices in front. Numbers are written with every digit.
    """
    suffix = path.suffix.lower()
    if suffix == ".npz":
        from app.engine.values.npz import write_npz

        write_npz(path, {"value": value})
    elif suffix == ".npy":
        _write(path, lambda file: _write_npy(file, value))
    elif suffix == ".csv":
        _write(path, lambda file: _write_csv(file, value.array, cancelled))
    else:
        raise ValueError(f"{path.name}: write .npy, .npz, .csv or .png")


def _write(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write beside the path and move the file there."""
    target = Path(os.path.realpath(path))  # a link stays a link
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write_npy(file: IO[bytes], value: TensorValue) -> None:
    import numpy as np

    from app.engine.values.npz import arrays_of

    (_, array) = next(iter(arrays_of({"value": value})))
    np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)


def _write_csv(file: IO[bytes], array: np.ndarray[Any, Any], cancelled: Callable[[], bool]) -> None:
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    rows = _rows(array)
    while block := list(itertools.islice(rows, _ROWS)):
        if cancelled():
            raise Cancelled
        writer.writerows(block)
    text.flush()
    text.detach()


def _rows(array: np.ndarray[Any, Any]) -> Iterator[list[str]]:
    import numpy as np

    if array.ndim == 2:
        for row in array:
            yield [value_text(v) for v in row]
    elif array.ndim < 2:
        for value in array.flat:
            yield [value_text(value)]
    else:
        yield [*(f"axis {n}" for n in range(array.ndim)), "value"]
        for place, value in np.ndenumerate(array):
            yield [*map(str, place), value_text(value)]
