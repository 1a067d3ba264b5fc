"""Which blocks' values an edit makes stale: those that compute something else, and all that depends on them."""

from __future__ import annotations

from functools import partial

import pytest

from app.document.checks.wire_types import writes_to_source
from app.document.editing.base import Edit
from app.document.editing.document import Document
from app.document.editing.edits import (
    AddNote,
    AddWire,
    MoveItems,
    RemoveItems,
    RemoveWires,
    RenameBlock,
    SetBlockViews,
    SetLabel,
    SetPageView,
    SetPin,
    SetScope,
    SwitchBlocks,
)
from app.document.model.computation import changed_since, computation_of, with_new_id
from app.document.model.diagram import Block, Note, Page, PinRef, Project, Scope, Wire
from app.document.model.view import BlockView, PageView
from blocks.catalog import load

WRITES = partial(writes_to_source, load())


def _wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target))


def _document() -> Document:
    """a -> neg -> session; w is a Variable that step adds to; read sees w; b stands alone."""
    blocks = [
        Block(id="a", symbol="Const", pins={"val": "{1.0f,2.0f}"}),
        Block(id="neg", symbol="Negate"),
        Block(id="b", symbol="Const", pins={"val": "5"}),
        Block(id="w", symbol="Variable", pins={"dtype": "DT_FLOAT", "shape": "[2]"}),
        Block(id="step", symbol="AssignAdd"),
        Block(id="read", symbol="Square"),
        Block(id="s", symbol="ClientSession"),
    ]
    wires = [
        _wire("a.output", "neg.x"), _wire("w.output_ref", "step.ref"), _wire("a.output", "step.value"),
        _wire("w.output_ref", "read.x"), _wire("neg.y", "s.fetch_outputs"), _wire("read.y", "s.fetch_outputs"),
    ]  # fmt: skip
    return Document(Project(pages=[Page(name="p", blocks={b.id: b for b in blocks}, wires=wires)]))


def _changed(*edits: Edit) -> set[str]:
    document = _document()
    page = document.project.pages[0]
    before = computation_of(page)
    for edit in edits:
        document.apply(edit)
    found = changed_since(before, document.project.pages[0], WRITES)
    for _ in edits:
        document.undo()
    assert changed_since(before, document.project.pages[0], WRITES) == set()  # taken back: current again
    return set(found)


@pytest.mark.parametrize(
    ("edit", "stale"),
    [
        (SetPin("p", "b", "val", "6"), {"b"}),
        (SetPin("p", "neg", "attrs", "T_ = DT_FLOAT;"), {"neg", "s"}),
        (RemoveWires("p", wires=[_wire("neg.y", "s.fetch_outputs")]), {"s"}),
        (SwitchBlocks("p", ["neg"], True), {"neg", "s"}),
        (SetScope("p", Scope(seed=3)), {"a", "neg", "b", "w", "step", "read", "s"}),
        (MoveItems("p", {"a": (500.0, 0.0)}), set()),
        (SetLabel("p", "a", "input"), set()),
        (SetPageView("p", PageView(compact=True)), set()),
        (SetBlockViews("p", {"a": BlockView(collapsed=True)}), set()),
        (AddNote("p", Note(id="n", at=(0.0, 0.0))), set()),
    ],
)
def test_an_edit_makes_stale_what_depends_on_it_and_nothing_else(edit: Edit, stale: set[str]) -> None:
    assert _changed(edit) == stale


def test_what_is_written_to_a_variable_reaches_all_that_read_it() -> None:
    assert _changed(SetPin("p", "a", "val", "{3.0f,4.0f}")) == {"a", "neg", "step", "w", "read", "s"}


def test_a_writer_that_is_gone_makes_its_variable_stale() -> None:
    assert _changed(RemoveItems("p", blocks=["step"])) == {"w", "read", "s"}


def test_a_reader_does_not_make_its_variable_stale() -> None:
    assert _changed(SetPin("p", "read", "attrs", "T_ = DT_FLOAT;")) == {"read", "s"}


def test_the_order_of_wires_counts_where_a_pin_takes_several() -> None:
    wire = _wire("neg.y", "s.fetch_outputs")
    assert _changed(RemoveWires("p", wires=[wire]), AddWire("p", wire)) == {"s"}


def test_a_new_name_changes_no_value() -> None:
    document = _document()
    before = computation_of(document.project.pages[0])
    document.apply(RenameBlock("p", "a", "alpha"))
    page = document.project.pages[0]
    assert changed_since(with_new_id(before, "a", "alpha"), page, WRITES) == set()
