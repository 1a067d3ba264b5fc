"""Results: exact JSON, the text of ``run``, and npz files that any NumPy reads without pickle."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.document.model.problems import error
from app.document.model.sentence import quote
from app.engine.values.json_format import json_text, page_json, value_json, value_text
from app.engine.values.npz import write_npz
from app.engine.values.results import ListValue, NoValue, PageResult, TensorValue, numpy_dtype, tensor_of
from app.messages import problem_json


def values(array: object, dtype: str | None = None) -> list[object]:
    """Return the elements that a JSON reader gets."""
    return json.loads(json_text(value_json(tensor_of(array, dtype))))["values"]


def test_floats_show_the_digits_that_were_meant() -> None:
    text = json_text(value_json(tensor_of(np.array([0.1, 1 / 3, 255.0, 1e30], np.float32))))
    assert text == '{"dtype":"float32","shape":[4],"values":[0.1,0.33333334,255.0,1e30]}'
    assert values(np.array(0.1, np.float16)) == [0.1]
    assert values(np.array([0.1, 2 / 3])) == [0.1, 2 / 3]


def test_whole_numbers_are_exact_beside_others() -> None:
    """NumPy writes 65504 as 65500 in float16: enough to read it back, and not what it is."""
    assert values(np.array([65504, 2050, 0.1], np.float16)) == [65504, 2050, 0.1]
    assert values(np.array([np.inf, -65504, 0.3], np.float16)) == ["inf", -65504, 0.3]


@given(hnp.arrays(np.float32, st.integers(0, 5), elements=st.floats(width=32, allow_nan=False)))
def test_every_float32_reads_back_to_the_same_bits(array: np.ndarray) -> None:
    back = np.array([float(v) for v in values(array)], dtype=np.float64).astype(np.float32)
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize("kind", ["bfloat16", "float8_e5m2", "float8_e4m3fn"])
def test_every_small_float_reads_back_to_the_same_number(kind: str) -> None:
    dtype = np.dtype(getattr(ml_dtypes, kind))
    unsigned = {1: np.uint8, 2: np.uint16}[dtype.itemsize]
    every = np.arange(1 << 8 * dtype.itemsize, dtype=np.uint32).astype(unsigned).view(dtype)
    every = every[np.isfinite(every.astype(np.float32))]
    back = np.array(values(every)).astype(np.float32).astype(dtype)
    assert back.tobytes() == every.tobytes()


def test_whole_numbers_stay_whole_at_the_ends_of_their_range() -> None:
    for dtype in (np.int8, np.uint8, np.int64, np.uint64):
        ends = [np.iinfo(dtype).min, np.iinfo(dtype).max]
        assert values(np.array(ends, dtype)) == ends
    assert values(np.array([-8, 7], ml_dtypes.int4)) == [-8, 7]
    assert values(np.array([True, False])) == [True, False]


def test_nan_and_infinities_are_words() -> None:
    assert values(np.array([np.nan, np.inf, -np.inf, -0.5], np.float32)) == ["nan", "inf", "-inf", -0.5]


def test_complex_numbers_are_pairs() -> None:
    assert values(np.array([0.1 + 2j, complex(np.nan, -1)], np.complex64)) == [[0.1, 2.0], ["nan", -1.0]]


def test_strings_are_text_and_other_bytes_base64() -> None:
    assert values(np.array([b"a\xc3\xa4", b"\xff\x00"], object)) == ["aä", {"base64": "/wA="}]
    assert value_json(tensor_of("one"))["dtype"] == "string"


def test_values_are_row_major_whatever_the_memory_order() -> None:
    assert values(np.asfortranarray([[1, 2], [3, 4]])) == [1, 2, 3, 4]


def test_quantised_values_are_their_integers() -> None:
    quantised = np.array([(1,), (-2,)], dtype=np.dtype([("qint8", np.int8)]))
    assert value_json(tensor_of(quantised)) == {"dtype": "qint8", "shape": [2], "values": [1, -2]}


def test_a_page_has_the_members_of_the_documented_object() -> None:
    result = PageResult(
        ok=False,
        steps=2,
        seconds=0.5,
        results={
            "a.output": TensorValue("int32", np.array([[1, 2]], np.int32)),
            "b.output": NoValue("float32", "dead"),
            "c.outputs": ListValue((TensorValue("bool", np.array(True)), NoValue("resource", "handle"))),
        },
        problems=[error("run-failed", quote("it fell"), block="b")],
    )
    assert json.loads(json_text(page_json(result, [problem_json(p) for p in result.problems]))) == {
        "ok": False,
        "steps": 2,
        "seconds": 0.5,
        "results": {
            "a.output": {"dtype": "int32", "shape": [1, 2], "values": [1, 2]},
            "b.output": {"dtype": "float32", "shape": None, "values": None, "reason": "dead"},
            "c.outputs": {
                "list": [
                    {"dtype": "bool", "shape": [], "values": [True]},
                    {"dtype": "resource", "shape": None, "values": None, "reason": "handle"},
                ]
            },
        },
        "problems": [
            {
                "severity": "error",
                "code": "run-failed",
                "block": "b",
                "pin": None,
                "related": [],
                "message": "it fell",
                "wanted": None,
                "actual": None,
                "hint": None,
                "fixes": [],
            }
        ],
    }


def test_text_shows_name_dtype_shape_and_what_numpy_prints() -> None:
    matrix = np.array([[1.5, 2], [3, 4]], np.float32)
    assert value_text("m.output", tensor_of(matrix)) == f"m.output  float32 [2, 2]\n{matrix}"
    assert value_text("n.output", tensor_of(np.float32(0.1))) == "n.output  float32 []\n0.1"
    assert value_text("s.output", tensor_of(np.array([b"a", b"\xff"], object))) == (
        "s.output  string [2]\n['a' b'\\xff']"
    )
    pair = ListValue((tensor_of(np.int32(1)), NoValue("int32", "dead")))
    assert value_text("l.outputs", pair).splitlines() == [
        "l.outputs[0]  int32 []",
        "1",
        "l.outputs[1]  int32  no value: it is in a branch that was not taken",
    ]


def test_npz_holds_every_value_without_pickle(tmp_path: Path) -> None:
    path = tmp_path / "out.npz"
    write_npz(
        path,
        {
            "page one/a.output": tensor_of(np.array([1.5, -2], np.float32)),
            "b.outputs": ListValue(
                (tensor_of(np.int64(7)), NoValue("int32", "dead"), tensor_of(np.int64(9)))
            ),
            "c.output": NoValue("resource", "handle"),
            "d.output": tensor_of(np.array([1.5], ml_dtypes.bfloat16)),
            "text.output": tensor_of(np.array([["ä", "b"]])),
            "file.contents": tensor_of(np.array([b"\xff\x00", b"x"], object)),
        },
    )
    with np.load(path, allow_pickle=False) as archive:
        assert set(archive.files) == {
            "page one/a.output", "b.outputs[0]", "b.outputs[2]", "d.output", "text.output", "file.contents",
            "file.contents#lengths",
        }  # fmt: skip
        assert archive["page one/a.output"].dtype == np.float32
        assert archive["page one/a.output"].tolist() == [1.5, -2]
        assert archive["b.outputs[2]"].tolist() == 9
        assert archive["d.output"].dtype == np.float32
        assert archive["text.output"].tolist() == [["ä", "b"]]
        lengths = archive["file.contents#lengths"]
        assert [b.ljust(n, b"\0") for b, n in zip(archive["file.contents"], lengths, strict=True)] == [
            b"\xff\x00",
            b"x",
        ]


def test_npz_of_the_same_values_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_npz(tmp_path / name, {"a.output": tensor_of(np.arange(3))})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_npz_keeps_the_old_file_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "out.npz"
    write_npz(path, {"a.output": tensor_of(np.arange(3))})
    before = path.read_bytes()
    broken = np.empty(1, object)
    broken[0] = object()
    with pytest.raises(ValueError, match="pickle"):
        write_npz(path, {"a.output": TensorValue("int32", broken)})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["out.npz"]


def test_numpy_dtypes_of_labels() -> None:
    assert numpy_dtype("quint8") == np.uint8
    assert numpy_dtype("bfloat16") == ml_dtypes.bfloat16
    assert numpy_dtype("float16") == np.float16
    with pytest.raises(ValueError, match="resource"):
        numpy_dtype("resource")


def test_long_bytes_that_are_no_text_are_shortened_for_reading_and_whole_in_json():
    data = b"\x89PNG" + bytes(500)
    value = tensor_of(np.array(data, object))
    text = value_text("read.contents", value)
    assert text.splitlines()[0] == "read.contents  string []"
    assert "(504 bytes)" in text
    assert len(text) < 200
    assert value_json(value)["values"] == [{"base64": base64.b64encode(data).decode()}]


def test_long_text_is_shortened_for_reading_and_whole_in_json() -> None:
    long = tensor_of(np.array(("ä" * 500_000).encode(), object))
    shown = value_text("a.output", long)
    assert len(shown) < 11_000
    assert shown.startswith("a.output  string []\nää")
    assert shown.endswith("ää... (1,000,000 bytes)")
    assert len(value_json(long)["values"][0]) == 500_000
    listed = value_text("a.output", tensor_of(np.array([b"x" * 20_000, b"y"], object)))
    assert listed.endswith("xx'... (20,000 bytes)\n 'y']")


@pytest.mark.parametrize("text", [b"ab\0\0", b"\0", b"", "한글\0".encode()])
def test_one_text_stays_what_it_is_to_its_last_byte(text: bytes) -> None:
    """NumPy's own arrays of texts drop the zero bytes at the end; a file's content may well end with some."""
    value = tensor_of(text)
    assert (value.dtype, value.shape, value.array.item()) == ("string", (), text)
