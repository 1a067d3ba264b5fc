"""A model's page as it is looked at: filters as pictures, texts whole, nothing upon one another."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.engine.exchange.placing import placed, view_as_placed
from app.engine.values.results import TensorValue
from blocks.catalog import load

WEIGHTS = np.arange(3 * 3 * 2 * 4, dtype=np.float32).reshape(3, 3, 2, 4)


def _page() -> Page:
    blocks = {
        "x": Block(
            id="x", symbol="Placeholder", pins={"dtype": "DT_FLOAT", "attrs": "shape_ = [-1,28,28,2];"}
        ),
        "w": Block(id="w", symbol="Variable", pins={"shape": "{3,3,2,4}", "dtype": "DT_FLOAT"}),
        "read": Block(id="read", symbol="Identity"),
        "conv": Block(id="conv", symbol="Conv2D", pins={"strides": "{1,1,1,1}", "padding": "VALID"}),
        "pool": Block(
            id="pool",
            symbol="MaxPool",
            pins={"ksize": "{1,2,2,1}", "strides": "{1,2,2,1}", "padding": "SAME"},
        ),
    }
    ends = ("w.ref read.input", "x.output conv.input", "read.output conv.filter", "conv.output pool.input")
    wires = [
        Wire(source=PinRef(*source.split(".")), target=PinRef(*target.split(".")))
        for source, target in map(str.split, ends)
    ]
    page = Page(name="model", blocks=placed(blocks, wires, load()), wires=wires)
    page.view = view_as_placed(page.view)
    return page


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    """A window with a convolution and its weights."""
    window.context.set_document(Document(Project(pages=[_page()])))
    qtbot.waitUntil(lambda: len(window.tabs.current_canvas().items.blocks) == 5)
    return window


def _picture(window: Any, pin: str) -> Any:
    window.controllers.inspectors.open_pin(*pin.split("."))
    inspector = window.controllers.inspectors.windows["model", pin].inspector
    inspector.show_view("Picture")
    return inspector.picture


def test_weights_of_a_convolution_are_a_picture_for_each_input_and_output(shown: Any) -> None:
    values = {"w.ref": WEIGHTS, "conv.output": np.zeros((3, 3, 2, 4), np.float32)}
    shown.context.results.put("model", {k: TensorValue("float32", v) for k, v in values.items()}, 1)
    view = _picture(shown, "w.ref")
    assert view.filters.isVisible()
    assert view.filters.isChecked()
    assert view.plot().figure.pictures().batch.shape == (8, 3, 3, 1)
    QTest.mouseClick(view.filters, Qt.MouseButton.LeftButton)
    assert view.plot().figure.pictures().batch.shape == (3, 3, 2, 4)  # four colours
    assert not _picture(shown, "conv.output").filters.isChecked()  # what it gives is a batch of pictures


def test_blocks_of_a_model_show_their_texts_whole_and_stand_clear_of_each_other(shown: Any) -> None:
    items = shown.tabs.current_canvas().items
    for item in items.blocks.values():
        style = items.style
        for index, text in item.texts:
            pin = item.shape_plan.pins[index]
            start, end = item.shape_plan.chip_room(pin)
            assert style.cut(text, int(end - start))[0] == text or len(text) > 16, (
                item.block_id,
                pin.name,
                text,
            )
    for a, b in combinations(items.blocks.values(), 2):
        assert not a.rect().intersects(b.rect())
