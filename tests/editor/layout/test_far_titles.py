"""Titles seen from afar: whole where letters squeezed a little, and lines enough, make that possible."""

from __future__ import annotations

import pytest

from app.editor.layout.far_titles import far_title


def letters(text: str) -> float:
    """Every letter is one wide."""
    return float(len(text))


@pytest.mark.parametrize(
    ("title", "room", "most", "lines"),
    [
        (("MatMul",), 10, 1, ("MatMul",)),
        (("MatMul",), 5, 2, ("Mat", "Mul")),
        (("CropAndResize", "GradImage"), 9, 4, ("CropAnd", "Resize", "GradImage")),
        (("Multiply",), 6.2, 1, ("Multiply",)),  # squeezed
        (("basic_lstm_cell",), 7, 3, ("basic_", "lstm_", "cell")),
        (("Reshape to rnn",), 8, 2, ("Reshape ", "to rnn")),
        (("ApplyGradientDescent",), 7, 3, ("Apply", "Gradient", "Descent")),
    ],
)
def test_a_title_stays_whole_where_there_is_room(
    title: tuple[str, ...], room: float, most: int, lines: tuple[str, ...]
) -> None:
    found = far_title(title, room, most, letters)
    assert found.lines == lines
    assert found.is_whole
    assert all(letters(line) * found.squeeze <= room for line in found.lines)
    assert "".join(found.lines) == "".join(title)


def test_what_has_no_room_is_cut_at_the_end() -> None:
    found = far_title(("ApplyGradientDescent",), 6, 2, letters)
    assert found.lines == ("Apply", "Gradien…")
    assert not found.is_whole
    assert all(letters(line) * found.squeeze <= 6 for line in found.lines)


def test_a_word_is_cut_rather_than_broken() -> None:
    assert far_title(("Argument",), 4.5, 3, letters).lines == ("Argum…",)
    assert far_title(("ReadTranspose",), 4.5, 2, letters).lines == ("Read", "Trans…")
