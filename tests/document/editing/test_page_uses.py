"""Edits and pages that stand as blocks: names are followed, no page comes to use itself, the catalog knows them."""

from __future__ import annotations

import pytest

from app.document.editing.base import Change, EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import (
    AddBlocks,
    AddPage,
    ChangeSymbol,
    RemoveItems,
    RenameBlock,
    RenamePage,
    SetPin,
)
from app.document.model.diagram import Block, Monitor, Page, RunSettings
from app.document.model.stored_values import under_present_ids
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


def nested() -> list[Page]:
    """Return pages of which main uses outer, which uses twice; main names outputs of all of them."""
    outer = named(
        "outer", {"x": "Argument", "in": ("page:twice", {"x": "5"}), "y": "Result"}, "in.y -> y.input"
    )
    blocks = {"a": ("page:twice", {"x": "1"}), "o": "page:outer", "n": "Neg"}
    top = named("main", blocks, "a.y -> o.x\no.y -> n.x")
    top.run = RunSettings(until="o/in/sum.z[0] > 3", guard=("a.y", "o/in.y"))
    top.monitors = {"m": Monitor(id="m", kind="curve", pins=("a/sum.z", "o/in/x.output", "n.y"))}
    return [top, outer, twice()]


def renamed(page: str, old: str, new: str) -> Document:
    """Return the document of these pages with a block renamed, undone and redone on the way."""
    doc = document(*nested())
    before = dumps(doc.project)
    doc.apply(RenameBlock(page, old, new))
    after = dumps(doc.project)
    doc.undo()
    assert dumps(doc.project) == before
    doc.redo()
    assert dumps(doc.project) == after
    return doc


def test_addresses_on_other_pages_follow_a_block_within_a_use() -> None:
    main = renamed("twice", "sum", "total").project.pages[0]
    assert main.run == RunSettings(until="o/in/total.z[0] > 3", guard=("a.y", "o/in.y"))
    assert main.monitors["m"].pins == ("a/total.z", "o/in/x.output", "n.y")


def test_addresses_follow_a_use_within_a_use() -> None:
    main = renamed("outer", "in", "core").project.pages[0]
    assert main.run == RunSettings(until="o/core/sum.z[0] > 3", guard=("a.y", "o/core.y"))
    assert main.monitors["m"].pins == ("a/sum.z", "o/core/x.output", "n.y")


def test_addresses_follow_a_use_of_the_page_itself() -> None:
    main = renamed("main", "o", "net").project.pages[0]
    assert main.run.until == "net/in/sum.z[0] > 3"
    assert main.monitors["m"].pins == ("a/sum.z", "net/in/x.output", "n.y")


def test_texts_and_wires_of_uses_follow_the_name_of_a_pin() -> None:
    project = renamed("twice", "x", "value").project
    main, outer, _ = project.pages
    assert main.blocks["a"].pins == {"value": "1"}
    assert outer.blocks["in"].pins == {"value": "5"}
    assert main.monitors["m"].pins == ("a/sum.z", "o/in/value.output", "n.y")
    project = renamed("twice", "y", "double").project
    main, outer, _ = project.pages
    assert [str(w.source) for w in (*main.wires, *outer.wires)] == ["a.double", "o.y", "in.double"]
    assert main.run.guard == ("a.double", "o/in.double")


def test_stored_values_within_a_use_stay_those_of_their_variables() -> None:
    counter = named("counter", {"v": ("Variable", {"initvalues": "1.0f"}), "y": "Result"}, "v.ref -> y.input")
    main = named("main", {"u": "page:counter"})
    main.snapshots = {"s": {"npz": "s.npz"}}
    doc = document(main, counter)
    doc.apply(RenameBlock("main", "u", "use"))
    doc.apply(RenameBlock("counter", "v", "count"))
    entry = doc.project.pages[0].snapshots["s"]
    assert under_present_ids(entry, {"u/v": 1}) == {"use/count": 1}
    doc.undo()
    doc.undo()
    assert doc.project.pages[0].snapshots == {"s": {"npz": "s.npz"}}


def test_a_pin_that_goes_leaves_texts_and_wires_of_uses() -> None:
    doc = document(*nested())
    doc.apply(RemoveItems("twice", ["x", "y"]))
    main = doc.project.pages[0]
    assert main.blocks["a"].pins == {"x": "1"}
    assert [str(w.source) for w in main.wires] == ["a.y", "o.y"]
