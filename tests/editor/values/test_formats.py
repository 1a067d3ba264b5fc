"""How numbers and byte counts are written."""

from typing import Any

import numpy as np
import pytest

from app.editor.values.formats import NumberFormat, bytes_text


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (np.float32(0.1), NumberFormat(), "0.1"),
        (np.float64(1 / 3), NumberFormat(), "0.3333333333333333"),
        (np.int64(2**53 + 1), NumberFormat(), "9007199254740993"),
        (np.float32(1.25), NumberFormat("fixed", 1), "1.2"),
        (np.float64(-3), NumberFormat("fixed", 3), "-3.000"),
        (np.int32(5), NumberFormat("fixed", 3), "5"),
        (np.int64(2**53 + 1), NumberFormat("fixed", 2), "9007199254740993"),
        (np.float64(12345), NumberFormat("scientific", 2), "1.23e+04"),
        (np.int32(12345), NumberFormat("scientific", 2), "1.23e+04"),
        (np.int8(-1), NumberFormat("hex"), "0xff"),
        (np.uint16(255), NumberFormat("hex"), "0x00ff"),
        (np.float32(0.5), NumberFormat("hex"), "0.5"),
        (np.complex128(1 - 2j), NumberFormat("fixed", 1), "1.0-2.0j"),
        (np.float64("nan"), NumberFormat("fixed", 1), "nan"),
        (np.bool_(True), NumberFormat("scientific", 1), "True"),
        ("한글".encode(), NumberFormat("hex"), "한글"),
    ],
)
def test_numbers_are_written_in_the_chosen_format(value: Any, form: NumberFormat, text: str) -> None:
    assert form.text(value) == text


def test_small_floats_are_written_in_every_format() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    value = np.array([1.5], ml_dtypes.bfloat16)[0]
    assert NumberFormat().text(value) == "1.5"
    assert NumberFormat("fixed", 2).text(value) == "1.50"


def test_bytes_are_counted_in_a_unit_that_fits() -> None:
    assert [bytes_text(n) for n in (0, 24, 14_700, 400_000_000)] == ["0 B", "24 B", "14.4 KiB", "381 MiB"]
