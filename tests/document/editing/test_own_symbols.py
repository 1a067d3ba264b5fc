"""What a document brings itself follows its edits, and an edit is judged by the blocks that it names."""

from __future__ import annotations

from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, AddWire, RemoveItems, SetPin
from app.document.model.diagram import Block, Page, PinRef, Project, Wire


class _OnlyByName(dict[str, Block]):
    """Blocks that nobody may go through one by one."""

    def values(self):  # type: ignore[no-untyped-def]
        raise AssertionError("all blocks were looked at")


def _document() -> Document:
    blocks = {name: Block(id=name, symbol="Const", pins={"val": "1"}) for name in ("a", "b")}
    document = Document(Project(pages=[Page(name="p", blocks=blocks), Page(name="q")]))
    assert document.own.functions.pages == {}
    return document


def test_an_edit_of_a_plain_page_looks_at_the_blocks_that_it_names() -> None:
    document = _document()
    page = document.project.pages[0]
    page.blocks = _OnlyByName(page.blocks)
    document.apply(AddBlocks("p", [Block(id="c", symbol="Negate")]))
    document.apply(AddWire("p", Wire(source=PinRef("a", "output"), target=PinRef("c", "x"))))
    document.apply(SetPin("p", "a", "val", "2"))
    document.undo()
    document.undo()
    document.undo()
    assert list(page.blocks) == ["a", "b"]


def test_a_page_becomes_a_block_by_the_pin_that_an_edit_adds_and_is_none_without_it() -> None:
    document = _document()
    document.apply(AddBlocks("p", [Block(id="x", symbol="Argument"), Block(id="c", symbol="Negate")]))
    assert document.catalog.get("page:p") is not None
    document.apply(RemoveItems("p", ["x"]))
    assert document.catalog.get("page:p") is None
    document.undo()
    assert document.catalog.get("page:p") is not None
