"""Files of arrays: each entry is what NumPy itself would write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from app.engine.values.npz import write_npz
from app.engine.values.results import tensor_of


def test_each_entry_is_what_numpy_writes(tmp_path: Path) -> None:
    numbers = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    arrays = {
        "rows": numbers,
        "by columns": np.asfortranarray(numbers[0]),
        "turned": numbers.transpose(2, 0, 1),
        "every other": numbers[:, ::2, ::3],
        "alike": numbers + 1,
        "one": np.array(3, np.int64),
        "none": np.zeros((0, 3), np.complex64),
        "signs": np.array([True, False]),
    }
    write_npz(tmp_path / "a.npz", {name: tensor_of(array) for name, array in arrays.items()})
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        for name, array in arrays.items():
            written = io.BytesIO()
            np.save(written, array, allow_pickle=False)
            assert archive.read(f"{name}.npy") == written.getvalue(), name
