"""Copies of a page that is edited share what has not changed, and nothing that changes later."""

from __future__ import annotations

from app.document.editing.document import Document
from app.document.editing.edits import AddWire, RemoveItems, RenameBlock, RenamePage, SetPin
from app.document.editing.shared_copies import SharedCopies
from app.document.model.diagram import PinRef, Project, Wire
from tests.support.pages import page


def followed():
    made = page({"a": ("Const", {"val": "1"}), "b": "Square", "c": "Square"}, "a.output -> b.x")
    document, copies = Document(Project(pages=[made])), SharedCopies()
    document.subscribe(copies.note)
    return document, copies


def test_after_an_edit_of_a_text_all_other_blocks_are_the_same_objects():
    document, copies = followed()
    before = copies.of(document.project.pages[0])
    document.apply(SetPin("page", "a", "val", "2"))
    after = copies.of(document.project.pages[0])
    assert (before.blocks["a"].pins, after.blocks["a"].pins) == ({"val": "1"}, {"val": "2"})
    assert after.blocks["b"] is before.blocks["b"]
    assert after.wires is before.wires


def test_copies_stay_as_they_were_whatever_is_done_to_the_page():
    document, copies = followed()
    copied = []
    for edit in (
        AddWire("page", Wire(source=PinRef("b", "y"), target=PinRef("c", "x"))),
        RenameBlock("page", "b", "d"),
        RemoveItems("page", ["a"]),
        RenamePage("page", "other"),
        SetPin("other", "d", "x", "3"),
    ):
        copied.append(copies.of(document.project.pages[0]))
        document.apply(edit)
    for copy in reversed(copied):
        document.undo()
        assert copy == document.project.pages[0] == copies.of(document.project.pages[0])
