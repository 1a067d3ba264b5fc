"""Values of a model as texts: the fewest digits that give the same bits back."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.exchange.graph import Tensor
from app.engine.exchange.stored_arrays import text_of


def _floats() -> list[tuple[str, np.ndarray]]:
    random = np.random.default_rng(1)
    bits = random.integers(0, 1 << 32, 4000, dtype=np.uint32).view(np.float32)
    tenths = np.arange(1, 400, dtype=np.float32) / np.float32(10)
    powers = np.float32(2.0) ** np.arange(-149, 128, dtype=np.float32)
    return [
        ("of any bits", bits[np.isfinite(bits)]),
        ("such as weights", random.standard_normal(2000).astype(np.float32)),
        ("that people write", tenths),
        ("powers of two", np.concatenate([powers, -powers])),
        ("whole numbers", random.integers(1 << 20, 1 << 28, 2000).astype(np.float32)),
    ]


@pytest.mark.parametrize(("what", "numbers"), _floats(), ids=[what for what, _ in _floats()])
def test_a_float_has_the_fewest_digits_that_give_its_bits_back(what: str, numbers: np.ndarray) -> None:
    for start in range(0, len(numbers), 10):
        array = numbers[start : start + 10]
        text = text_of(Tensor("DT_FLOAT", array))
        assert text is not None
        for value, written in zip(array, text[1:-1].split(","), strict=True):
            assert written.endswith("f")
            number = float(written[:-1])
            assert np.float32(number) == value
            digits = len(f"{number:.17g}".partition("e")[0].replace(".", "").replace("-", "").strip("0"))
            shortest = next(d for d in range(1, 18) if float(f"{number:.{d}g}") == number)
            assert shortest <= digits
            fewer = float(f"{value:.{shortest - 1}g}") if shortest > 1 else 0.0
            with np.errstate(over="ignore"):
                assert np.float32(fewer) != value, f"{written} could be {fewer}"


def test_a_value_by_itself_has_the_text_of_its_own_bits_and_dtype() -> None:
    texts = [text_of(Tensor("DT_FLOAT", np.array(value, np.float32))) for value in (0.0, -0.0, 1.0)]
    assert texts == ["0.0f", "-0.0f", "1.0f"]
    whole = text_of(Tensor("DT_INT32", np.array(0, np.int32)))
    assert whole == "0"
