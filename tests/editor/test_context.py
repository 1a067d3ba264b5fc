"""What the parts of a window share: they follow the document by signals, and a refused edit is explained."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, MoveItems, RenameBlock, RenamePage, SetPin, SetRun
from app.document.model.diagram import Block, Page, Project, RunSettings
from app.editor.context import EditorContext
from app.editor.results.store import ResultStore
from app.editor.runs.runner import Runner
from app.editor.settings import SettingsStore
from app.editor.widgets.theme import theme_named
from tests.support.fake_engine import FakeEngine


class _NoCanvases:
    """The canvases of a window that has shown no page."""

    def current_canvas(self) -> None:
        return None

    def canvas(self, page: str) -> None:
        return None

    def canvases(self) -> list[Any]:
        return []


@pytest.fixture
def context(qtbot: Any) -> EditorContext:
    window = QWidget()
    qtbot.addWidget(window)
    runner, results = Runner(FakeEngine, window), ResultStore(window)
    made = EditorContext(SettingsStore(), theme_named("dark"), runner, results, _NoCanvases(), window)
    made.set_document(Document(Project(pages=[Page(name="p", blocks={"a": Block(id="a", symbol="Const")})])))
    made.page_name = "p"
    return made


def _record(context: EditorContext) -> list[tuple[Any, ...]]:
    seen: list[tuple[Any, ...]] = []
    context.page_renamed.connect(lambda *names: seen.append(("page renamed", *names)))
    context.block_renamed.connect(lambda *names: seen.append(("block renamed", *names)))
    context.changed.connect(lambda _: seen.append(("changed",)))
    context.page_edited.connect(lambda *how: seen.append(("edited", *how)))
    return seen


def test_a_refused_edit_changes_nothing_and_is_explained(context: EditorContext) -> None:
    said: list[str] = []
    context.status_changed.connect(lambda text, _: said.append(text))
    context.logged.connect(lambda text, kind: said.append(kind))
    assert not context.apply(AddBlocks("p", [Block(id="a", symbol="Abs")]))
    assert len(said) == 2
    assert "a" in said[0]
    assert said[1] == "warning"
    assert context.page is not None
    assert context.page.blocks["a"].symbol == "Const"


def test_names_are_followed_before_anything_else(context: EditorContext) -> None:
    seen = _record(context)
    context.apply(RenamePage("p", "q"))
    assert seen[:2] == [("page renamed", "p", "q"), ("changed",)]
    assert context.page_name == "q"
    seen.clear()
    context.apply(RenameBlock("q", "a", "b"))
    assert seen[:2] == [("block renamed", "a", "b"), ("changed",)]
    assert context.block("b") is not None


def test_a_text_makes_results_stale_a_run_setting_does_not_and_a_place_is_no_edit(
    context: EditorContext,
) -> None:
    seen = _record(context)
    context.apply(SetPin("p", "a", "val", "1.0f"))
    context.apply(SetRun("p", RunSettings(steps=7)))
    context.apply(MoveItems("p", {"a": (40.0, 20.0)}))
    edited = [entry for entry in seen if entry[0] == "edited"]
    assert edited == [("edited", "p", True), ("edited", "p", False)]


def test_a_document_that_was_let_go_is_followed_no_more(context: EditorContext) -> None:
    document = context.document
    assert document is not None
    order: list[str] = []
    context.document_closing.connect(
        lambda: order.append("closing" if context.document is document else "late")
    )
    context.document_opened.connect(lambda: order.append("opened" if context.document is None else "early"))
    context.set_document(None)
    assert order == ["closing", "opened"]
    assert (context.page, context.pages, context.editable) == (None, [], False)
    seen = _record(context)
    document.apply(SetPin("p", "a", "val", "2.0f"))
    assert seen == []
