"""Slice texts as in Python, and cuts of two axes: the same elements as NumPy's own indexing."""

import numpy as np
import pytest

from app.editor.values.slicing import Cut, cut_of, first_cut, parse_slice, part_of, slice_text

_ARRAY = np.arange(4 * 5 * 6 * 3).reshape(4, 5, 6, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[3, :, ::2]", _ARRAY[3, :, ::2]),
        ("3,:,::2", _ARRAY[3, :, ::2]),
        ("[-1, ..., 0]", _ARRAY[-1, ..., 0]),
        ("[..., 1:]", _ARRAY[..., 1:]),
        ("[1][2]", _ARRAY[1, 2]),
        ("[::-1, 4:0:-2]", _ARRAY[::-1, 4:0:-2]),
        ("[ 1 , 2 , 3 , -1 ]", _ARRAY[1, 2, 3, -1]),
        ("[]", _ARRAY),
        ("", _ARRAY),
    ],
)
def test_a_slice_text_means_what_python_means(text: str, expected: np.ndarray) -> None:
    np.testing.assert_array_equal(part_of(_ARRAY, text), expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[4]", "4 is beyond axis 0, which has 4"),
        ("[0,0,0,0,0]", "5 indices, and the tensor has 4 axes"),
        ("[a]", "'a' is neither an index nor start:stop:step"),
        ("[::0]", "a step of 0"),
        ("[1:2:3:4]", "is not start:stop:step"),
        ("[..., ...]", "only once"),
        ("[1.5]", "neither an index"),
        ("[__import__('os')]", "neither an index"),
    ],
)
def test_a_slice_text_that_does_not_read_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".*" + __import__("re").escape(why)):
        parse_slice(text, _ARRAY.shape)


def test_a_slice_text_is_written_as_it_reads() -> None:
    for text in ("[3, :, ::2, 0]", "[1:, :-1, 0, 0]"):
        assert slice_text(parse_slice(text, _ARRAY.shape)) == text


@pytest.mark.parametrize("text", ["[2, 1:4, 0, ::2]", "[:, 1, :, 0]", "[1, 2, ::-1, 0]", "[1, 2, 3, 1]"])
@pytest.mark.parametrize("swapped", [False, True])
def test_each_cell_is_the_element_of_its_place(text: str, swapped: bool) -> None:
    cut = cut_of(text, _ARRAY.shape)
    if swapped and cut.columns is not None:
        cut = cut.with_axes(cut.columns, cut.rows)
        np.testing.assert_array_equal(cut.view(_ARRAY), part_of(_ARRAY, text).T)
    view = cut.view(_ARRAY)
    assert view.ndim == 2
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            place = cut.place(row, column)
            assert _ARRAY[place] == view[row, column]
            assert cut.cell(place) == (row, column)
    assert np.shares_memory(view, _ARRAY)


def test_three_free_axes_are_one_too_many() -> None:
    with pytest.raises(ValueError, match="axes 1, 2, 3 are left free"):
        cut_of("[0]", _ARRAY.shape)


def test_a_tensor_is_first_shown_by_its_last_two_axes() -> None:
    assert first_cut((2, 3, 4)).text() == "[0, :, :]"
    assert first_cut((5,)).view(np.arange(5)).shape == (5, 1)
    assert first_cut(()).view(np.array(7)).tolist() == [[7]]
    assert first_cut((0, 2, 3)).view(np.zeros((0, 2, 3))).shape == (0, 3)
    assert first_cut((0, 0, 3)).view(np.zeros((0, 0, 3))).shape == (0, 0)


def test_axes_are_changed_and_elements_found() -> None:
    cut = first_cut(_ARRAY.shape).with_axes(0, 3)
    assert cut.text() == "[:, 0, 0, :]"
    assert cut.cell((1, 2, 3, 0)) is None
    shown = cut.showing((1, 2, 3, 0))
    assert (shown.text(), shown.cell((1, 2, 3, 0))) == ("[:, 2, 3, :]", (1, 0))
    assert cut_of("[::2, 0, 0, :]", _ARRAY.shape).showing((1, 0, 0, 0)).text() == "[:, 0, 0, :]"
    assert cut.with_index(1, 4).text() == "[:, 4, 0, :]"


def test_swapped_axes_stay_swapped_when_an_index_is_typed() -> None:
    swapped = Cut(_ARRAY.shape, cut_of("[0, :, :, 0]", _ARRAY.shape).items, 2, 1)
    again = cut_of("[1, :, :, 0]", _ARRAY.shape, swapped)
    assert (again.rows, again.columns) == (2, 1)
