"""Statistics and distributions of arrays of any layout, against NumPy on the whole array."""

from typing import Any

import numpy as np
import pytest

from app.editor.values import statistics as module
from app.editor.values.cancelling import Cancelled
from app.editor.values.distribution import distribution
from app.editor.values.statistics import lengths, memory_of, next_odd, pieces, statistics

_RANDOM = np.random.default_rng(7)
_ARRAYS = {
    "float32": _RANDOM.normal(3.0, 2.0, (37, 41)).astype(np.float32),
    "float64 far from zero": _RANDOM.normal(1e9, 1.0, 5000),
    "int64": _RANDOM.integers(-(2**40), 2**40, (5, 6, 7)),
    "uint8": _RANDOM.integers(0, 256, (64, 64), dtype=np.uint8),
    "bool": _RANDOM.random(999) < 0.3,
    "transposed": _RANDOM.random((20, 30)).T,
    "every second": _RANDOM.random((40, 40))[::2, ::-3],
    "spread": np.broadcast_to(_RANDOM.random(17), (23, 17)),
    "scalar": np.array(2.5),
}


@pytest.mark.parametrize("name", _ARRAYS)
@pytest.mark.parametrize("piece", [7, 1 << 20])
def test_statistics_are_numpys_whatever_the_pieces(
    name: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    array = _ARRAYS[name]
    monkeypatch.setattr(module, "pieces", lambda a, size=piece: pieces(a, size))
    found = statistics(array)
    assert (found.low, found.high) == (array.min(), array.max())
    assert found.mean == pytest.approx(array.mean(dtype=np.float64), rel=1e-12)
    assert found.std == pytest.approx(array.std(dtype=np.float64), rel=1e-8)
    assert (found.low_at, found.high_at) == (array.argmin(), array.argmax())
    assert (found.count, found.nan, found.infinite, found.odd_at) == (array.size, 0, 0, None)


def test_large_integers_keep_every_digit() -> None:
    found = statistics(np.array([2**63 - 1, -(2**63)]))
    assert (found.low, found.high) == (-(2**63), 2**63 - 1)
    assert statistics(np.array([2**64 - 1], np.uint64)).high == 2**64 - 1


def test_nan_and_infinities_are_counted_and_left_out() -> None:
    array = np.array([[1.0, np.nan, 3.0], [np.inf, -np.inf, np.nan]])
    found = statistics(array)
    assert (found.nan, found.positive_infinite, found.negative_infinite) == (2, 1, 1)
    assert (found.low, found.high, found.mean, found.std) == (1.0, 3.0, 2.0, 1.0)
    assert (found.low_at, found.high_at, found.odd_at) == (0, 2, 1)
    nothing = statistics(np.full(3, np.nan))
    assert (nothing.low, nothing.mean, nothing.nan, nothing.finite) == (None, None, 3, 0)
    assert statistics(np.zeros((0, 3))).count == 0


def test_complex_numbers_count_by_magnitude_and_small_floats_exactly() -> None:
    found = statistics(np.array([3 + 4j, 0j]))
    assert (found.low, found.high, found.of_magnitude) == (0.0, 5.0, True)
    ml_dtypes = pytest.importorskip("ml_dtypes")
    assert statistics(np.array([0.5, -2.0], ml_dtypes.bfloat16)).low == -2.0


def test_the_next_nan_goes_round() -> None:
    array = np.array([0.0, np.nan, 0.0, np.inf, 0.0])
    assert [next_odd(array, after) for after in (-1, 1, 2, 3, 4)] == [1, 3, 3, 1, 1]
    assert next_odd(np.zeros(4), 0) is None
    assert next_odd(np.arange(4), 0) is None


def test_work_can_be_called_off() -> None:
    with pytest.raises(Cancelled):
        statistics(np.zeros(10), lambda: True)


def test_a_distribution_counts_as_numpy_does() -> None:
    values = _RANDOM.normal(size=10_000)
    found = distribution(np.append(values, [np.nan, np.inf]), 25)
    assert found.counts == np.histogram(values, 25)[0].tolist()
    assert (found.low, found.high, found.odd) == (values.min(), values.max(), 2)
    assert distribution(np.full(4, 3.0), 5).counts == [0, 0, 4, 0, 0]
    assert distribution(np.full(4, np.nan), 5).counts == []


def test_strings_have_lengths_and_memory() -> None:
    texts: Any = np.array([b"", b"abc", b"\xea\xb0\x80"], object)
    found = lengths(texts)
    assert found is not None
    assert (found.shortest, found.longest, found.total, found.empty) == (0, 3, 6, 1)
    assert memory_of(texts) == 6
    assert memory_of(np.zeros((3, 5), np.float32)) == 60


def test_ends_as_far_or_as_near_as_floats_reach_have_a_distribution() -> None:
    assert distribution(np.array([-1.7e308, 0.0, 1.7e308]), 2).counts == [1, 2]
    assert sum(distribution(np.array([5e-324, 0.0]), 40).counts) == 2
