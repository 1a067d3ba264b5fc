"""Edits and pages that stand as blocks: names are followed, no page comes to use itself, the catalog knows them."""

from __future__ import annotations

import pytest

from app.document.editing.base import Change, EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, AddPage, ChangeSymbol, RemoveItems, RenamePage, SetPin
from app.document.model.diagram import Block, Page
from app.document.resources.function_pages import names_in
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.messages import message_of
from tests.support.function_pages import named, project, twice


def document(*pages: Page) -> Document:
    return Document(project(*pages))


def main() -> Page:
    blocks = {
        "use": ("page:twice", {"x": "3"}), "case": ("Case", {"branches": 'other,"twice"'}),
        "map": ("MapDataset", {"f": "twice"}), "after": "Sqrt",
    }  # fmt: skip
    return named("main", blocks, "use.y -> after.x")


def test_uses_survive_the_file() -> None:
    text = dumps(project(main(), twice()))
    assert b'"version": 2' in text
    loaded = loads(text)
    assert (loaded.problems, dumps(loaded.project)) == ({}, text)


def test_renaming_a_page_rewrites_what_names_it_in_the_same_edit() -> None:
    doc = document(main(), twice())
    before = dumps(doc.project)
    doc.apply(RenamePage("twice", 'x, "2"'))
    blocks = doc.project.pages[0].blocks
    assert blocks["use"].symbol == 'page:x, "2"'
    assert blocks["use"].pins == {"x": "3"}
    assert [str(w.source) for w in doc.project.pages[0].wires] == ["use.y"]
    other = loads(dumps(doc.project)).project
    assert list(_functions(other.pages[0])) == [["other", 'x, "2"'], ['x, "2"']]
    doc.undo()
    assert dumps(doc.project) == before
    assert not doc.can_undo


def _functions(page: Page) -> list[list[str]]:
    those = [block for block in page.blocks.values() if block.symbol in ("Case", "MapDataset")]
    return [names_in(b.symbol, pin, text) for b in those for pin, text in b.pins.items()]


def test_a_page_that_uses_another_can_be_renamed_itself() -> None:
    doc = document(main(), twice())
    seen: list[Change] = []
    doc.subscribe(seen.extend)
    doc.apply(RenamePage("main", "start"))
    assert [c.kind for c in seen] == ["page-renamed", "history"]


@pytest.mark.parametrize("page", ["twice", "main"])
def test_a_block_by_which_a_page_would_use_itself_is_refused(page: str) -> None:
    outer = named("main", {"x": "Argument", "u": ("page:twice", {"x": "1"})})
    doc = document(outer, twice())
    before = dumps(doc.project)
    with pytest.raises(EditRefused) as refused:
        doc.apply(AddBlocks(page, [Block(id="new", symbol="page:main")]))
    assert refused.value.problem.code == "page-cycle"
    path = "main -> main" if page == "main" else "twice -> main -> twice"
    assert message_of(refused.value.problem).endswith(f": {path}")
    assert dumps(doc.project) == before


def test_a_text_and_another_symbol_are_refused_alike() -> None:
    doc = document(twice())
    doc.apply(AddBlocks("twice", [Block(id="map", symbol="MapDataset"), Block(id="c", symbol="Const")]))
    for edit in (SetPin("twice", "map", "f", "twice"), ChangeSymbol("twice", "c", "page:twice")):
        with pytest.raises(EditRefused):
            doc.apply(edit)
    assert doc.project.pages[0].blocks["map"].pins == {}


def test_the_catalog_of_a_document_follows_its_pages() -> None:
    doc = document(named("main", {"c": "Const"}), twice())
    seen: list[Change] = []
    doc.subscribe(seen.extend)

    def pins() -> list[str]:
        symbol = doc.catalog.get("page:twice")
        return [] if symbol is None else [p.name for p in (*symbol.inputs[1:], *symbol.outputs)]

    assert pins() == ["x", "y"]
    doc.apply(AddBlocks("twice", [Block(id="bias", symbol="Argument")]))
    assert pins() == ["x", "bias", "y"]
    assert [c.ids for c in seen if c.kind == "symbols"] == [("page:twice",)]
    doc.apply(RemoveItems("twice", ["x"]))
    assert pins() == ["bias", "y"]
    doc.undo()
    doc.undo()
    assert pins() == ["x", "y"]
    doc.apply(AddBlocks("twice", [Block(id="s", symbol="ClientSession")]))
    assert pins() == []
    doc.apply(AddPage(named("new", {"z": "Result"})))
    assert doc.catalog.get("page:new") is not None
    seen.clear()
    doc.apply(SetPin("main", "c", "val", "1"))
    assert "symbols" not in {c.kind for c in seen}
