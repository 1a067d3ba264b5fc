"""The properties never need more than a dock of 220 pixels, whatever the ids, pins and attrs are called."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.editor.widgets.narrow import WrappedLabel
from blocks.catalog import load
from blocks.symbol import Symbol

NARROW = 220
LONG = "x" * 60  # an id


def _widest() -> list[str]:
    """Return the symbols with the longest names of all, of a pin, and of an attr, and some with forms of their own."""
    symbols = [s for name in load().names() if (s := load().get(name)) is not None]

    def longest_pin(symbol: Symbol) -> int:
        return max((len(p.label or p.name) for p in (*symbol.inputs, *symbol.outputs)), default=0)

    def longest_attr(symbol: Symbol) -> int:
        return max((len(a.name) for a in symbol.attrs), default=0)

    found = {"ClientSession", "Variable", "Const", "Operation", "InputList", "Concat"}
    for key in (lambda s: len(s.name), longest_pin, longest_attr):
        found |= {s.name for s in sorted(symbols, key=key)[-4:]}
    return sorted(found)


@pytest.mark.parametrize("symbol", _widest())
def test_a_blocks_form_fits_a_narrow_dock(window: Any, qtbot: Any, symbol: str) -> None:
    placed = load().get(symbol)
    assert placed is not None
    source = "c" * 60
    wires = [
        Wire(source=PinRef(source, "output"), target=PinRef(LONG, pin.name))
        for pin in placed.inputs
        if pin.wire and not pin.hidden
    ]
    blocks = {i: Block(id=i, symbol=s) for i, s in ((LONG, symbol), (source, "Const"))}
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks=blocks, wires=wires)])))
    properties = window.panels.properties
    properties.show_selection([LONG], [], [])
    properties.resize(NARROW, 500)
    assert (
        properties.form.minimumSizeHint().width()
        <= NARROW - properties.verticalScrollBar().sizeHint().width()
    )


def test_a_link_shows_its_whole_text_where_there_is_room(window: Any) -> None:
    from app.editor.widgets.narrow import LinkButton

    link = LinkButton("crops & more.output", window)
    link.show()
    link.resize(link.sizeHint())
    assert link.text() == "crops && more.output"
    link.resize(60, link.height())
    assert "…" in link.text()
    link.resize(link.sizeHint())
    assert link.text() == "crops && more.output"


def test_what_an_output_gave_and_where_it_goes_is_never_cut(window: Any, qtbot: Any) -> None:
    targets = [f"a_product_with_a_long_name_{number}" for number in range(4)]
    blocks = {"c": Block(id="c", symbol="Const"), **{t: Block(id=t, symbol="Square") for t in targets}}
    wires = [Wire(source=PinRef("c", "output"), target=PinRef(t, "x")) for t in targets]
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks=blocks, wires=wires)])))
    properties = window.panels.properties
    window.tabs.current_canvas().selection.choose_ids(["c"])
    qtbot.waitUntil(lambda: hasattr(properties.form, "pins"))
    window.resizeDocks([window.docks["properties"]], [NARROW], Qt.Orientation.Horizontal)
    text = next(t for t in properties.form.findChildren(WrappedLabel) if targets[0] in t.text())
    qtbot.waitUntil(lambda: abs(properties.width() - NARROW) < 20)
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()))
    whole = text.height()
    text.setText("not wired")
    qtbot.waitUntil(lambda: text.height() < whole / 2)


def test_a_name_never_crowds_its_field_out(window: Any, qtbot: Any) -> None:
    """Where a long name leaves too little room beside it, the field stands below."""
    blocks = {"c": Block(id="c", symbol="Const"), "s": Block(id="s", symbol="ClientSession")}
    wire = Wire(source=PinRef("c", "output"), target=PinRef("s", "fetch_outputs"))
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks=blocks, wires=[wire])])))
    properties = window.panels.properties
    window.tabs.current_canvas().selection.choose_ids(["s"])
    qtbot.waitUntil(lambda: hasattr(properties.form, "pins"))
    for width in (NARROW, 400):
        window.resizeDocks([window.docks["properties"]], [width], Qt.Orientation.Horizontal)
        qtbot.waitUntil(lambda width=width: abs(properties.width() - width) < 20)
        row = properties.form.pins["fetch_outputs"]
        qtbot.waitUntil(lambda row=row: row.width() > 110)
