"""Which combinations a sweep runs."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.model.sentence import Unreadable
from app.engine.sweeps.cases import Choice, cases_of
from app.engine.sweeps.varied import Varied

_sizes = st.lists(st.integers(1, 5), min_size=1, max_size=4)


def _pins(sizes: list[int]) -> list[Varied]:
    return [Varied(f"p{i}.v", tuple(f"{i}:{n}" for n in range(size))) for i, size in enumerate(sizes)]


@given(sizes=_sizes)
def test_every_combination_is_there_once_in_order(sizes: list[int]) -> None:
    pins = _pins(sizes)
    found = cases_of(pins, Choice())
    assert [case.texts for case in found] == list(itertools.product(*(pin.texts for pin in pins)))
    assert [case.number for case in found] == list(range(1, len(found) + 1))


@given(sizes=_sizes, count=st.integers(1, 40), seed=st.integers(0, 9))
def test_random_combinations_differ_and_are_the_same_each_time(
    sizes: list[int], count: int, seed: int
) -> None:
    pins, choice = _pins(sizes), Choice(how="random", count=count, first_seed=seed)
    found = [case.texts for case in cases_of(pins, choice)]
    everything = list(itertools.product(*(pin.texts for pin in pins)))
    assert found == [texts for texts in everything if texts in set(found)]
    assert len(found) == min(count, len(everything))
    assert found == [case.texts for case in cases_of(pins, choice)]


def test_zip_takes_texts_of_equal_place_and_refuses_other_counts() -> None:
    assert [case.texts for case in cases_of(_pins([2, 2]), Choice(how="zip"))] == [
        ("0:0", "1:0"),
        ("0:1", "1:1"),
    ]
    with pytest.raises(Unreadable):
        cases_of(_pins([2, 3]), Choice(how="zip"))


def test_seeds_repeat_each_combination() -> None:
    found = cases_of(_pins([2]), Choice(seeds=3, first_seed=7))
    assert [(case.texts[0], case.seed) for case in found] == [
        ("0:0", 7), ("0:0", 8), ("0:0", 9), ("0:1", 7), ("0:1", 8), ("0:1", 9),
    ]  # fmt: skip
    with pytest.raises(Unreadable):
        cases_of(_pins([1]), Choice(seeds=2, first_seed=2**63 - 2))


def test_a_choice_among_very_many_is_quick_and_too_many_runs_are_refused() -> None:
    many = [Varied(f"p{i}.v", tuple(map(str, range(1000)))) for i in range(6)]
    assert len({case.texts for case in cases_of(many, Choice(how="random", count=50))}) == 50
    with pytest.raises(Unreadable):
        cases_of(many, Choice())
    with pytest.raises(Unreadable):
        cases_of([*many, *many], Choice(how="random", count=50))
