"""Pages as blocks in the window: made of a selection, gone into with the values of that use, left, unpacked."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QToolButton

from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, AddPage, MoveItems, RenameBlock, RenamePage, SetPin
from app.document.model.diagram import Block, Page
from app.document.storage.writer import dumps
from app.editor.layout.room import overlap
from tests.support.function_pages import named, project

CTRL = Qt.KeyboardModifier.ControlModifier


def _layer() -> Page:
    return named("layer", {"x": "Argument", "twice": "Add", "y": "Result"},
                 "x.output -> twice.x\nx.output -> twice.y\ntwice.z -> y.input")  # fmt: skip


def _main() -> Page:
    blocks = {"one": ("Const", {"val": "1.0f"}), "a": "page:layer", "b": "page:layer", "end": "Neg",
              "session": "ClientSession"}  # fmt: skip
    wires = "one.output -> a.x\na.y -> b.x\nb.y -> end.x\nend.y -> session.fetch_outputs"
    return named("main", blocks, wires)


@pytest.fixture
def shown(window: Any) -> Any:
    window.context.set_document(Document(project(_main(), _layer())))
    return window


def _select(window: Any, *ids: str) -> None:
    window.tabs.current_canvas().selection.choose_ids(list(ids))
    window.refresh_actions()


def _do(window: Any, action: str) -> None:
    window.refresh_actions()
    assert window.action_set[action].isEnabled(), action
    window.action_set[action].trigger()


def _double_click(window: Any, qtbot: Any, block: str) -> None:
    canvas = window.tabs.current_canvas()
    canvas.viewport.zoom_reset()
    canvas.viewport.center_on(block)
    item = canvas.items.blocks[block]
    title = canvas.viewer.viewportTransform().map(item.pos() + QPoint(30, 8)).toPoint()
    qtbot.mouseDClick(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, pos=title)


def test_ctrl_g_makes_a_page_of_the_selection_and_stays_where_it_is(
    shown: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dumps(shown.document.project)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("my part", True))
    _select(shown, "b", "end")
    qtbot.waitUntil(shown.action_set["page.make"].isEnabled)
    qtbot.keyClick(shown, Qt.Key.Key_G, CTRL)
    assert [p.name for p in shown.document.project.pages] == ["main", "layer", "my part"]
    assert shown.context.page_name == "main"
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["my_part"]
    assert set(shown.tabs.current_canvas().items.blocks) == {"one", "a", "session", "my_part"}
    _do(shown, "page.unpack")
    assert set(shown.tabs.current_canvas().items.blocks) == {"one", "a", "b", "end", "session"}
    shown.document.undo()
    shown.document.undo()
    assert dumps(shown.document.project) == before


def test_a_double_click_goes_inside_and_the_path_leads_back(shown: Any, qtbot: Any) -> None:
    _double_click(shown, qtbot, "b")
    assert shown.context.page_name == "layer"
    assert (shown.context.run_page, shown.context.prefix) == ("main", "b/")
    assert [step.text() for step in shown.way_bar.steps] == ["main", "b"]
    assert shown.way_bar.isVisible()
    qtbot.mouseClick(shown.way_bar.steps[0], Qt.MouseButton.LeftButton)
    assert (shown.context.page_name, shown.context.within) == ("main", None)
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["b"]
    assert not shown.way_bar.isVisible()


def test_another_project_is_not_shown_as_if_it_lay_inside_a_use_of_the_one_before(
    shown: Any, qtbot: Any
) -> None:
    _double_click(shown, qtbot, "b")
    assert shown.way_bar.isVisible()
    shown.context.set_document(Document.new())
    assert shown.context.within is None
    assert not shown.way_bar.isVisible()


def test_inside_a_use_are_the_values_of_that_use(shown: Any, qtbot: Any) -> None:
    _select(shown, "b")
    _do(shown, "page.enter")
    with qtbot.waitSignal(shown.runner.ended, timeout=20000):
        qtbot.waitUntil(shown.action_set["run.run"].isEnabled)
        _do(shown, "run.run")
    canvas = shown.tabs.current_canvas()
    assert canvas.page_name == "layer"
    assert "twice.z" in canvas.feedback.results
    assert canvas.block_marks.status_of("twice") == "done"
    model = shown.panels.results.model
    qtbot.waitUntil(lambda: model.rowCount() > 0)
    keys = [model.key(i) for i in range(model.rowCount())]
    assert "twice.z" in keys
    assert not any("/" in key for key in keys)
    _do(shown, "page.leave")
    assert shown.context.page_name == "main"
    assert "end.y" in shown.tabs.current_canvas().feedback.results


def test_an_edit_inside_makes_the_results_of_all_uses_stale(shown: Any, qtbot: Any) -> None:
    with qtbot.waitSignal(shown.runner.ended, timeout=20000):
        qtbot.waitUntil(shown.action_set["run.run"].isEnabled)
        _do(shown, "run.run")
    shown.document.apply(RenamePage("layer", "dense"))  # computes nothing else
    assert not shown.context.results.page("main").stale
    shown.document.apply(SetPin("dense", "twice", "attrs", "Tidx_ = DT_INT32;"))
    assert shown.context.results.page("main").stale_blocks == {"a", "b", "end", "session"}
    shown.document.undo()
    assert not shown.context.results.page("main").stale


def test_the_way_follows_names_and_ends_where_the_use_goes(shown: Any) -> None:
    _select(shown, "a")
    _do(shown, "page.enter")
    shown.document.apply(RenameBlock("main", "a", "first"))
    shown.document.apply(RenamePage("main", "net"))
    shown.document.apply(RenamePage("layer", "dense"))
    assert (shown.context.run_page, shown.context.prefix) == ("net", "first/")
    for _ in range(3):
        shown.document.undo()
    assert (shown.context.run_page, shown.context.prefix) == ("main", "a/")
    shown.tabs.show_page("main")
    assert shown.context.within is None


def test_a_block_that_is_no_page_cannot_be_entered(shown: Any) -> None:
    _select(shown, "end")
    assert not shown.action_set["page.enter"].isEnabled()
    assert shown.action_set.remedies()["page.enter"] == "select a block that stands for a page first"


def test_unpacked_blocks_cover_no_others(shown: Any, qtbot: Any) -> None:
    page, layer = shown.document.project.pages
    for number, block in enumerate(page.blocks.values()):
        shown.document.apply(MoveItems("main", {block.id: (number * 160, 200)}))
    shown.document.apply(MoveItems("layer", {"x": (0, 0), "twice": (600, 0), "y": (900, 0)}))
    shown.document.apply(AddBlocks("layer", [Block(id="more", symbol="Neg", at=(150, 60))]))
    assert "more" in layer.blocks
    before = dumps(shown.document.project)
    _select(shown, "a")
    _do(shown, "page.unpack")
    items = shown.tabs.current_canvas().items
    rects = items.places.rects(page.blocks)
    assert rects.keys() == {"one", "b", "end", "session", "twice", "more"}
    assert not [pair for pair in combinations(rects, 2) if overlap(*map(rects.__getitem__, pair))]
    assert rects["one"][:2] == (0, 200)
    assert rects["b"][0] < rects["end"][0] < rects["session"][0]
    shown.document.undo()
    assert dumps(shown.document.project) == before


def test_copied_uses_bring_their_pages_to_another_project(shown: Any, application: Any, qtbot: Any) -> None:
    _select(shown, "a", "b")
    _do(shown, "edit.copy")
    other = application.new_window()
    other.context.set_document(Document(project(named("here", {}), named("layer", {"q": "Argument"}))))
    other.refresh_actions()
    other.action_set["edit.paste"].trigger()
    pages = other.document.project.pages
    assert other.context.page_name == "here"
    assert [p.name for p in pages] == ["here", "layer", "layer 2"]
    assert {b.symbol for b in pages[0].blocks.values()} == {"page:layer 2"}
    assert pages[2].wires == _layer().wires
    other.document.undo()
    assert [p.name for p in other.document.project.pages] == ["here", "layer"]


def test_an_argument_bears_its_name_on_the_page(shown: Any) -> None:
    shown.tabs.show_page("layer")
    items = shown.tabs.current_canvas().items
    assert items.blocks["x"].label == "x"
    shown.document.apply(RenameBlock("layer", "x", "image"))
    assert items.blocks["image"].label == "image"


def test_the_pins_of_a_page_take_another_order_in_its_properties(shown: Any, qtbot: Any) -> None:
    inner = named("two", {"a": "Argument", "sum": "Add", "b": "Argument", "y": "Result"}, "a.output -> sum.x")
    shown.document.apply(AddPage(inner))
    shown.tabs.show_page("two")
    qtbot.waitUntil(lambda: shown.panels.properties.form.name.text() == "two")
    form = shown.panels.properties.form
    assert form.page_pins.isVisible()
    (later,) = [b for b in form.page_pins.findChildren(QToolButton) if b.accessibleName() == "Later: a"]
    qtbot.mouseClick(later, Qt.MouseButton.LeftButton)
    assert list(shown.document.project.page("two").blocks) == ["b", "sum", "a", "y"]
    names = [p.name for p in shown.document.catalog.get("page:two").inputs if p.kind == "tensor"]
    assert names == ["b", "a"]


def test_a_library_that_ships_with_the_program_is_used_from_the_window(shown: Any, qtbot: Any) -> None:
    before = dumps(shown.document.project)
    shown.context.ask = lambda *_, **__: "tensorblocks:layers"
    _do(shown, "page.library")
    assert shown.document.project.libraries == {"layers": "tensorblocks:layers"}
    qtbot.waitUntil(lambda: shown.document.catalog.get("library:layers/dense") is not None)
    shown.place_symbol("library:layers/dense")
    assert shown.context.page.blocks["dense"].symbol == "library:layers/dense"
    shown.document.undo()
    shown.document.undo()
    assert dumps(shown.document.project) == before


def test_another_project_is_used_as_a_library_by_its_place_beside_this_one(
    shown: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "my own.tblocks").write_bytes(dumps(project(_layer())))
    (tmp_path / "p.tblocks").write_bytes(dumps(project(_main(), _layer())))
    shown.controllers.files.load(str(tmp_path / "p.tblocks"))
    qtbot.waitUntil(lambda: shown.context.document.path is not None)
    shown.context.ask = lambda *_, **__: "file"
    chosen = str(tmp_path / "mine" / "my own.tblocks")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))
    _do(shown, "page.library")
    assert shown.document.project.libraries == {"my_own": "mine/my own.tblocks"}
    qtbot.waitUntil(lambda: shown.document.catalog.get("library:my_own/layer") is not None)
