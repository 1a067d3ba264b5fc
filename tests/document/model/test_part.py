"""The part of a page that an output needs."""

from __future__ import annotations

from app.document.model.diagram import Block, Monitor, Page, PinRef, RunSettings, Wire
from app.document.model.part import part_for


def _page() -> Page:
    symbols = {
        "x": "Placeholder", "feed": "FeedType", "value": "Input_Initializer", "t": "Tensor", "abs": "Abs",
        "other": "Const", "sum": "Add", "w": "Variable", "step": "AssignAdd", "session": "ClientSession",
    }  # fmt: skip
    ends = [
        ("x.output", "feed.input"), ("value.output", "feed.initializer"), ("t.output", "value.t"),
        ("x.output", "abs.x"),
        ("abs.y", "sum.x"), ("other.output", "sum.y"), ("w.ref", "step.ref"), ("sum.z", "step.value"),
        ("feed.output", "session.inputs"), ("step.output_ref", "session.fetch_outputs"),
    ]  # fmt: skip
    return Page(
        name="p",
        blocks={i: Block(id=i, symbol=s) for i, s in symbols.items()},
        wires=[Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends],
        monitors={"m": Monitor(id="m", kind="number", pins=("sum.z",))},
        run=RunSettings(steps=500, until="sum.z < 1"),
    )


def test_it_holds_what_the_output_needs_and_what_feeds_it_and_nothing_that_writes() -> None:
    page = _page()
    part = part_for(page, [PinRef("abs", "y")])
    assert set(part.blocks) == {"x", "feed", "value", "t", "abs", "clientsession"}
    ends = {(str(w.source), str(w.target)) for w in part.wires}
    assert ("abs.y", "clientsession.fetch_outputs") in ends
    assert ("feed.output", "clientsession.inputs") in ends
    assert part.run == RunSettings()
    assert not part.monitors
    assert len(page.blocks) == 10


def test_a_variable_that_is_read_brings_no_writer() -> None:
    part = part_for(_page(), [PinRef("w", "ref")])
    assert set(part.blocks) == {"w", "clientsession"}


def test_operations_are_run_without_a_value() -> None:
    part = part_for(_page(), [], [PinRef("step", "operation")])
    assert ("step.operation", "clientsession.run_outputs") in {
        (str(w.source), str(w.target)) for w in part.wires
    }
    assert "other" in part.blocks
