"""Tensors as pictures: which axes are which, how values become colours, where the pictures of a batch lie."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from app.editor.tensor_views.picture_figure import cells
from app.editor.tensor_views.pixels import MOST_PICTURES, Style, heat_colours, pictures_of


@pytest.mark.parametrize(
    ("array", "first", "last", "scaling"),
    [
        (np.array([[[0, 0, 0], [0.5, 1, 0]]], np.float32), (0, 0, 0), (128, 255, 0), "0 to 1"),
        (np.array([[[0, 0, 0], [51, 255, 2]]], np.float32), (0, 0, 0), (51, 255, 2), "0 to 255"),
        (np.array([[[-1, -1, -1], [0, 3, 1]]], np.float32), (0, 0, 0), (64, 255, 128), "low to high"),
        (np.array([[0, 200]], np.uint8), (0, 0, 0), (200, 200, 200), "0 to 255"),
        (np.array([[False, True]]), (0, 0, 0), (255, 255, 255), "0 to 1"),
    ],
)
def test_values_become_colours_by_their_range(array: Any, first: Any, last: Any, scaling: str) -> None:
    made = pictures_of(array)
    assert tuple(made.rgba[0, 0, 0, :3]) == first
    assert tuple(made.rgba[0, 0, 1, :3]) == last
    assert made.scaling == scaling


def test_a_matrix_is_a_heat_map_from_its_least_to_its_greatest_value() -> None:
    made = pictures_of(np.array([[-2.0, 0.0, 2.0, np.nan]]))
    # The ends and the middle of matplotlib's viridis; NaN is magenta.
    expected = [(68, 1, 84), (33, 145, 140), (253, 231, 37), (255, 0, 255)]
    np.testing.assert_allclose(made.rgba[0, 0, :, :3], expected, atol=2)
    assert (made.is_heat, made.low, made.high, made.odd) == (True, -2.0, 2.0, 1)
    assert tuple(heat_colours(2)[1]) == (253, 231, 37)


@pytest.mark.parametrize(
    ("shape", "pictures"),
    [
        ((5, 7), (1, 5, 7)),
        ((5, 7, 1), (1, 5, 7)),
        ((5, 7, 4), (1, 5, 7)),
        ((3, 5, 7), (3, 5, 7)),
        ((2, 5, 7, 3), (2, 5, 7)),
        ((2, 5, 7, 8), (16, 5, 7)),
        ((7,), (1, 1, 7)),
        ((100, 5, 7, 3), (MOST_PICTURES, 5, 7)),
        ((3000, 2000), (1, 1000, 667)),
    ],
)
def test_shapes_are_one_picture_or_a_batch(shape: tuple[int, ...], pictures: tuple[int, ...]) -> None:
    assert pictures_of(np.zeros(shape, np.float32)).rgba.shape == (*pictures, 4)


@pytest.mark.parametrize(
    ("shape", "pictures"),
    [((3, 5, 1, 6), (6, 3, 5)), ((3, 5, 3, 6), (6, 3, 5)), ((3, 5, 2, 6), (12, 3, 5)), ((5, 7), (1, 5, 7))],
)
def test_filters_are_a_picture_for_each_input_and_output(
    shape: tuple[int, ...], pictures: tuple[int, ...]
) -> None:
    """TensorFlow's Conv2D takes them as [rows, columns, inputs, outputs]; three inputs are colours."""
    assert pictures_of(np.zeros(shape, np.float32), Style(filters=True)).rgba.shape == (*pictures, 4)


def test_a_filters_picture_holds_the_numbers_of_one_input_and_output() -> None:
    filters = np.arange(3 * 5 * 2 * 6, dtype=np.float32).reshape(3, 5, 2, 6)
    batch = pictures_of(filters, Style(filters=True)).batch
    np.testing.assert_array_equal(batch[4 * 2 + 1, :, :, 0], filters[:, :, 1, 4])


def test_batches_lie_side_by_side_with_whole_pixels() -> None:
    places = cells(QRectF(0, 0, 320, 100), (3, 10, 10, 4))
    assert [p.width() for p in places] == [100 // 10 * 10] * 3
    assert len({p.top() for p in places}) == 1
    assert places[0].right() <= places[1].left()
