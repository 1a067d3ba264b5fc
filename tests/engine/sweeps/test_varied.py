"""The texts that words of ``--vary`` stand for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.model.sentence import Unreadable
from app.engine.sweeps.varied import MOST_RUNS, varied, words_of


@pytest.mark.parametrize(
    ("word", "texts"),
    [
        ("0.1f", ["0.1f"]),
        ("range:1:5:2", ["1", "3", "5"]),
        ("range:0.1:0.5:0.1", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
        ("range:0.5f:0.75f:0.25", ["0.50f", "0.75f"]),
        ("range:3:1:-1", ["3", "2", "1"]),
        ("range:1:2:0.75", ["1.00", "1.75"]),
        ("range:-1e-1:1e-1:1e-1", ["-0.1", "0.0", "0.1"]),
        ("range:1e3:2e3:1e3", ["1000.0", "2000.0"]),
        ("range:7:7:1", ["7"]),
        ("log:1e-3:1e0:4", ["0.001", "0.01", "0.1", "1.0"]),
        ("log:8f:2f:3", ["8.0f", "4.0f", "2.0f"]),
        ("log:5:7:1", ["5.0"]),
    ],
)
def test_a_word_stands_for_its_texts(word: str, texts: list[str]) -> None:
    assert list(varied("a.b", [word]).texts) == texts


@pytest.mark.parametrize(
    "word",
    [
        "range:1:2", "range:a:2:1", "range:1:2:0", "range:1:2:-1", "range:nan:2:1", "range:0:1e9:1e-9", "log:0:1:3",
        "log:1:2:2.5", "log:1:2:0", "log:-1:1:3", "range:1e-9999999:2:1", "@no such file", "range:1:1e300:1",
    ],
)  # fmt: skip
def test_a_word_that_stands_for_nothing_is_refused(word: str) -> None:
    with pytest.raises(Unreadable):
        varied("a.b", [word])


def test_a_file_gives_a_text_a_line(tmp_path: Path) -> None:
    (tmp_path / "values").write_bytes('\ufeff{1,2}\r\n\n "a, b" \nrange:1:2:1\n'.encode())
    assert varied("a.b", [f"@{tmp_path / 'values'}"]).texts == ("{1,2}", '"a, b"', "range:1:2:1")


def test_no_values_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for words in ([], [f"@{tmp_path / 'empty'}"]):
        with pytest.raises(Unreadable):
            varied("a.b", words)


_hundredths = st.integers(-(10**6), 10**6)


@given(first=_hundredths, step=st.integers(-500, 500).filter(bool), count=st.integers(0, 300))
def test_a_range_has_every_number_exactly(first: int, step: int, count: int) -> None:
    last = first + step * count
    words = [f"range:{first / 100:.2f}:{last / 100:.2f}:{step / 100:.2f}"]
    expected = [Fraction(first + i * step, 100) for i in range(count + 1)]
    assert [Fraction(text) for text in varied("a.b", words).texts] == expected
    assert len(expected) <= MOST_RUNS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  0.1f\t0.2f\n", ["0.1f", "0.2f"]),
        ("{1, 2} {{1, 2}, {3, 4}} [2, 3]", ["{1, 2}", "{{1, 2}, {3, 4}}", "[2, 3]"]),
        ('"a b" c "say \\"hi\\" now" {"}", "x y"}', ['"a b"', "c", '"say \\"hi\\" now"', '{"}", "x y"}']),
        ("range:1:2:1 @values.txt", ["range:1:2:1", "@values.txt"]),
        ("1} 2", ["1}", "2"]),
    ],
)
def test_typed_values_are_apart_by_blanks(text: str, words: list[str]) -> None:
    assert words_of(text) == words
