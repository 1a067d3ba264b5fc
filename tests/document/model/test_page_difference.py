"""The difference of two states of a page leads from one to the other, or there is none that is worth following."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.document.model.diagram import Monitor, PinRef, Scope, Wire, copy_page
from app.document.model.page_difference import apply_difference, difference
from tests.support.pages import page

WIRES = [Wire(source=PinRef("a", f"o{i}"), target=PinRef("b", "x")) for i in range(6)]


FEW = st.lists(st.sampled_from(WIRES), max_size=8)
ALIKE = st.integers(0, 3) | st.integers(0, 600) | st.integers(4090, 4400)  # wires before or behind a change


@given(FEW, FEW, ALIKE, ALIKE)
def test_difference_of_wires_leads_from_one_state_to_the_next(before, after, ahead, behind):
    start, end = [WIRES[i % 5] for i in range(ahead)], [WIRES[i % 3] for i in range(behind)]
    old, new = (
        replace(page({"a": "Const", "b": "Add"}), wires=[*start, *few, *end]) for few in (before, after)
    )
    found = difference(old, new)
    assert found is not None
    made = copy_page(old)
    gone = apply_difference(made, found)
    assert made.wires == new.wires
    assert len(old.wires) - len(gone) + len(found.added) == len(new.wires)
    assert len(gone) + len(found.added) <= len(before) + len(after)


def test_difference_of_texts_has_the_blocks_that_were_changed():
    old = page({"a": ("Const", {"val": "1"}), "b": "Square"}, "a.output -> b.x")
    new = copy_page(old)
    new.blocks["a"].pins["val"] = "2"
    found = difference(old, new)
    assert [b.id for b in found.blocks] == ["a"]
    assert not found.removed
    assert not found.added


def test_what_no_plan_is_made_of_is_no_difference():
    old = page({"a": ("Const", {"val": "1"}), "b": "Square"}, "a.output -> b.x")
    new = copy_page(old)
    new.blocks["a"].at, new.blocks["b"].label = (9, 9), "here"
    new.wires[0] = replace(new.wires[0], route=((1, 1),))
    found = difference(old, new)
    assert found is not None
    assert not found


def test_more_than_texts_and_wires_is_not_followed():
    old = page({"a": ("Const", {"val": "1"}), "b": "Square"}, "a.output -> b.x")
    fewer, other, off = copy_page(old), copy_page(old), copy_page(old)
    del fewer.blocks["b"]
    other.blocks["b"].symbol = "Sqrt"
    off.blocks["b"].off = True
    watched = replace(old, monitors={"m": Monitor(id="m", kind="number", pins=("b.y",))})
    for new in (fewer, other, off, watched, replace(old, scope=Scope(seed=1)), replace(old, name="other")):
        assert difference(old, new) is None
