"""Where rows lie on parallel axes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.editor.values.parallel import axis_of, number_of


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0.1f", 0.1), ("3", 3.0), (2, 2.0), (True, 1.0), (0.5, 0.5), ({"shape": [2], "mean": 4.0}, 4.0),
        ("-inf", -math.inf),
        ({"shape": [2]}, None), ("{1,2}", None), ("", None), (None, None), ("1_0", None), ("name", None),
        ([1, 2], None),
    ],
)  # fmt: skip
def test_a_cell_has_its_number(cell: Any, number: float | None) -> None:
    assert number_of(cell) == number


def test_numbers_lie_by_size_and_texts_in_their_order() -> None:
    assert axis_of("a", ["1.0f", "2.0f", "5.0f", None]).places == [0.0, 0.25, 1.0, None]
    assert axis_of("a", ["1.0f", "2.0f"]).ticks == [(0.0, "1"), (1.0, "2")]
    texts = axis_of("b", ["{1}", "{2}", "{1}", "{3}", None])
    assert texts.places == [0.0, 0.5, 0.0, 1.0, None]
    assert texts.ticks == [(0.0, "{1}"), (0.5, "{2}"), (1.0, "{3}")]
    assert axis_of("c", [7, 7]).places == [0.5, 0.5]
    assert axis_of("d", ["nan", 1.0, 3.0]).places == [None, 0.0, 1.0]
    assert axis_of("e", []).places == []


@given(st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=3), st.integers(-9, 9)), max_size=30))
def test_every_place_is_on_the_axis(cells: list[Any]) -> None:
    axis = axis_of("a", cells)
    assert len(axis.places) == len(cells)
    assert all(place is None or 0 <= place <= 1 for place in axis.places)
    assert all(0 <= place <= 1 for place, _ in axis.ticks)
