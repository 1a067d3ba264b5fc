"""What a run gives is what it computed, to the last bit, in JSON and in NumPy's archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

TYPED = {
    "DT_INT64": ("9007199254740993", 9007199254740993),  # 2**53 + 1: no float64 holds it
    "DT_UINT64": ("18446744073709551615", 18446744073709551615),
    "DT_INT8": ("-128", -128),
    "DT_HALF": ("65504", 65504.0),
    "DT_BFLOAT16": ("0.1", 0.10009765625),
    "DT_FLOAT": ("0.1", float(np.float32(0.1))),
    "DT_DOUBLE": ("0.1", 0.1),
    "DT_COMPLEX128": ("0.1+0.2j", 0.1 + 0.2j),
    "DT_QINT8": ("-3", -3),
    "DT_BOOL": ("true", True),
}
BYTES = "한글\0".encode() + b"\xff\0\0"


@pytest.fixture
def results(cli: Any, write: Any, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The results of a page with a value of each kind: as JSON has them, and as arrays."""
    (tmp_path / "bytes").write_bytes(BYTES)
    (tmp_path / "text").write_bytes("한글\0\0".encode())
    blocks: dict[str, Any] = {
        d.removeprefix("DT_").lower(): ("Const_ex", {"val": text, "dtype": d})
        for d, (text, _) in TYPED.items()
    }
    blocks |= {
        "empty": ("Const", {"val": "{}"}),
        "deep": ("Fill", {"dims": "{1,2,1,2,1}", "value": "7"}),
        "bytes": ("ReadFile", {"filename": "bytes"}),
        "text": ("ReadFile", {"filename": "text"}),
        "list": ("raw.EmptyTensorList", {"element_shape": "{}", "max_num_elements": "1", "element_dtype": "DT_FLOAT"}),
        "s": ("ClientSession", {}),
    }  # fmt: skip
    pins = {"bytes": "contents", "text": "contents", "list": "handle"}
    wires = [f"{b}.{pins.get(b, 'output')} > s.fetch_outputs" for b in blocks if b != "s"]
    done = cli("run", write(("all", blocks, wires)), "--json", "--out", tmp_path / "out.npz")
    assert done.status == 0
    with np.load(tmp_path / "out.npz", allow_pickle=False) as archive:
        return done.json["pages"]["all"]["results"], {key: archive[key] for key in archive.files}


def test_numbers_of_every_kind(results: tuple[dict[str, Any], dict[str, Any]]) -> None:
    as_json, arrays = results
    for dtype, (_, value) in TYPED.items():
        key = f"{dtype.removeprefix('DT_').lower()}.output"
        assert arrays[key].item() == value, dtype
        (there,) = as_json[key]["values"]
        if isinstance(value, complex):
            assert there == [value.real, value.imag]
        elif dtype in ("DT_FLOAT", "DT_BFLOAT16"):  # the shortest text that reads as the same float32
            assert np.float32(there) == value
        else:
            assert there == value, dtype
    assert isinstance(as_json["int64.output"]["values"][0], int)
    assert isinstance(as_json["uint64.output"]["values"][0], int)


def test_shapes_texts_and_what_has_no_value(results: tuple[dict[str, Any], dict[str, Any]]) -> None:
    as_json, arrays = results
    assert (as_json["empty.output"]["shape"], as_json["empty.output"]["values"]) == ([0], [])
    assert arrays["empty.output"].shape == (0,)
    assert arrays["deep.output"].tolist() == [[[[[7], [7]]], [[[7], [7]]]]]
    assert as_json["text.contents"]["values"] == ["한글\0\0"]
    assert arrays["text.contents#lengths"].item() == len("한글".encode()) + 2
    (there,) = as_json["bytes.contents"]["values"]
    assert there == {"base64": "7ZWc6riAAP8AAA=="}
    assert bytes(arrays["bytes.contents"].item()).ljust(int(arrays["bytes.contents#lengths"]), b"\0") == BYTES
    assert as_json["list.handle"] == {"dtype": "variant", "shape": None, "values": None, "reason": "handle"}
    assert "list.handle" not in arrays
