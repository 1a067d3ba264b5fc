"""When blocks are laid out anew: labels go along with their blocks, pictures and curves stay clear of them."""

from __future__ import annotations

from app.editor.layout.annotations import followers

BLOCKS = {"a": (0.0, 0.0, 100.0, 50.0), "b": (300.0, 0.0, 100.0, 50.0)}
NEW = {"a": (10.0, 0.0), "b": (10.0, 200.0)}


def test_a_label_moves_with_the_block_that_it_stands_at() -> None:
    labels = {"over b": (300.0, -20.0, 80.0, 15.0), "far": (900.0, 900.0, 80.0, 15.0)}
    assert followers(BLOCKS, NEW, labels, {}) == {"over b": (10.0, 180.0)}


def test_what_would_lie_on_blocks_moves_below_them_as_a_whole() -> None:
    rest = {"curve": (0.0, 200.0, 50.0, 50.0), "picture": (60.0, 230.0, 20.0, 20.0)}
    assert followers(BLOCKS, NEW, {}, rest) == {"curve": (10.0, 330.0), "picture": (70.0, 360.0)}


def test_what_lies_clear_of_the_blocks_stays() -> None:
    assert followers(BLOCKS, NEW, {}, {"curve": (0.0, 400.0, 50.0, 50.0)}) == {}
