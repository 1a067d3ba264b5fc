"""An element that a list does not have is a fault before the run, at its pin: watched, in a condition, shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.document.model.diagram import Monitor, Page
from app.document.model.problems import Problem
from app.engine.compiler.errors import FetchError, WatchError
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Monitored, Watched
from app.engine.inference.watched_types import element_problem
from app.messages.texts import hint_text, message_of
from tests.support.pages import page

HALVES = page({"halves": ("Split", {"split_dim": "0", "value": "{1,2,3,4}", "num_split": "2"})})


def planned(made: Page) -> list[Problem]:
    """Return the problems of its plan."""
    return list(make_plan(made, Path(".")).problems)


def showing(*pins: str) -> Page:
    """Return the page with a monitor of these pins."""
    return replace(HALVES, monitors={"m": Monitor(id="m", kind="curve", pins=pins, at=(0, 0))})


def test_a_monitor_of_a_missing_element_is_a_warning_at_the_output() -> None:
    (found,) = planned(showing("halves.output[1]", "halves.output[2]"))
    assert (found.severity, found.block, found.pin) == ("warning", "halves", "output")
    assert message_of(found) == "the monitor m shows halves.output[2], and halves.output has 2 elements"
    assert hint_text(found) == "name an element, as halves.output[0]"


@pytest.mark.parametrize(
    "pin", ["halves.output", "halves.output[0]", "halves.output[1][1]", "halves.value[7]"]
)
def test_what_a_monitor_can_show_is_no_fault(pin: str) -> None:
    assert planned(showing(pin)) == []


def test_parts_of_tensors_that_monitors_show_are_planned() -> None:
    made = showing("halves.output[1][5]", "halves.output[0]", "halves.output")
    assert make_plan(made, Path(".")).monitored == (
        Monitored("m", "halves.output[1][5]", "halves.output[1]", (5,)),
    )


def test_a_condition_on_a_missing_element_is_an_error_at_the_output() -> None:
    (found,) = planned(replace(HALVES, run=replace(HALVES.run, until="halves.output[2] > 1")))
    assert (found.severity, found.block, found.pin) == ("error", "halves", "output")
    assert "the list has 2 elements" in message_of(found)


def test_a_missing_element_cannot_be_watched() -> None:
    with pytest.raises(WatchError) as refused:
        make_plan(HALVES, Path("."), watch=("halves.output[2]",))
    assert refused.value.sentence.key == "fetch.beyond-list"


def test_a_part_of_a_tensor_cannot_be_fetched() -> None:
    with pytest.raises(FetchError) as refused:
        make_plan(HALVES, Path("."), fetch=("halves.output[1][7]",))
    assert refused.value.sentence.key == "fetch.whole-values"


@pytest.mark.parametrize(
    ("index", "words", "hint"),
    [
        ((1, 5), "5 is outside of 0 to 1", "halves.output[1][0]"),
        ((1, 0, 0), "names no single element", "halves.output[1][0]"),
    ],
)
def test_the_index_within_an_element_of_a_list_is_the_tensors(
    index: tuple[int, ...], words: str, hint: str
) -> None:
    text = "halves.output" + "".join(f"[{at}]" for at in index)
    found = element_problem(Watched(text, "halves.output", index), (2,), index[1:])
    assert words in message_of(found)
    assert hint in (hint_text(found) or "")
