"""The manual's shortest page can be drawn as the manual says, key by key."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.document.model.diagram import Page
from blocks.assets import asset


def _choose(canvas: Any, words: str) -> None:
    """Type into the search of blocks and take the first one found."""
    assert canvas.popup.isVisible()
    QTest.keyClicks(canvas.popup.field, words)
    QTest.keyClick(canvas.popup.field, Qt.Key.Key_Return)


def test_the_shortest_page_is_drawn_as_the_manual_says(drive: Any) -> None:
    """Its words to type are those of the manual; three blocks and two wires come of them."""
    manual = asset("help", "index.md").read_text(encoding="utf-8")
    d = drive(Page(name="page 1"))
    d.key(Qt.Key.Key_Tab)
    _choose(d.canvas, "const")
    (const,) = d.page.blocks
    d.double_click(d.input(const, "val"))
    QTest.keyClicks(d.canvas.pin_editor.field, "{1.0f,2.0f,3.0f}")
    QTest.keyClick(d.canvas.pin_editor.field, Qt.Key.Key_Return)
    x, y = d.output(const)
    d.drag((x, y), (x + 120, y))
    _choose(d.canvas, "square")
    square = list(d.page.blocks)[-1]
    x, y = d.output(square, "y")
    d.drag((x, y), (x + 120, y))
    _choose(d.canvas, "client")
    session = list(d.page.blocks)[-1]
    assert [block.symbol for block in d.page.blocks.values()] == ["Const", "Square", "ClientSession"]
    assert d.page.blocks[const].pins == {"val": "{1.0f,2.0f,3.0f}"}
    assert d.wires() == [(f"{const}.output", f"{square}.x"), (f"{square}.y", f"{session}.fetch_outputs")]
    for typed in ("`const`", "`{1.0f,2.0f,3.0f}`", "`square`", "`client`"):
        assert typed in manual
