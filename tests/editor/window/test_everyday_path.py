"""The everyday path in the real window: keys go where the user looks, windows fit, blocks land where meant."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest

from app.document.editing.document import Document
from app.document.model.diagram import Block, Monitor, Page, Project
from app.engine.values.results import TensorValue
from app.messages import message_of


def _open(window: Any, qtbot: Any, monitors: list[Monitor] | None = None) -> Any:
    blocks = {
        "a": Block(id="a", symbol="Const", pins={"val": "{{1.0f,2.0f},{3.0f,4.0f}}"}, at=(40, 40)),
        "b": Block(id="b", symbol="Abs", at=(340, 40)),
    }
    page = Page(name="one", blocks=blocks, monitors={m.id: m for m in monitors or []})
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1400, 900)
    window.context.set_document(Document(Project(pages=[page])))
    qtbot.waitUntil(lambda: window.action_set["edit.select_all"].isEnabled() and window.width() == 1400)
    canvas = window.tabs.current_canvas()
    qtbot.waitUntil(lambda: canvas.viewer.zoom() == 1)
    return canvas


def _at(canvas: Any, x: float, y: float) -> QPoint:
    return QPoint(*map(round, canvas.viewer.viewportTransform().map(x, y)))


TABLE = Monitor(id="m", kind="table", pins=("a.output",), at=(40.0, 220.0), size=(260.0, 160.0))


def test_tab_searches_blocks_on_a_page_with_a_table_monitor(window: Any, qtbot: Any) -> None:
    canvas = _open(window, qtbot, [TABLE])
    viewport = canvas.viewer.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=_at(canvas, 420, 300))
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert canvas.popup.isVisible()


def test_a_click_into_a_table_monitor_selects_it_and_tab_and_delete_still_work(
    window: Any, qtbot: Any
) -> None:
    canvas = _open(window, qtbot, [TABLE])
    viewport = canvas.viewer.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=_at(canvas, 150, 330))
    assert canvas.selection.monitors == {"m"}
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert canvas.popup.isVisible()
    QTest.keyClick(canvas.popup.field, Qt.Key.Key_Escape)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Delete)
    assert not window.context.page.monitors


def _boxes(canvas: Any) -> list[QRectF]:
    return [item.rect() for item in canvas.items.blocks.values()]


def test_blocks_placed_by_keyboard_land_beside_the_selection_wired_and_never_on_another(
    window: Any, qtbot: Any
) -> None:
    canvas = _open(window, qtbot)
    QCursor.setPos(window.mapToGlobal(QPoint(4, 4)))  # where the pointer is over the page, blocks go there
    canvas.selection.choose_ids(["a"])
    for name in ("negate", "Square", "Tanh"):  # each one is wired to the one before
        window.action_set["edit.add_block"].trigger()
        QTest.keyClicks(canvas.popup.field, name)
        QTest.keyClick(canvas.popup.field, Qt.Key.Key_Return)
    assert [(str(w.source), str(w.target)) for w in window.context.page.wires] == [
        ("a.output", "negate.x"), ("negate.y", "square.x"), ("square.y", "tanh.x"),
    ]  # fmt: skip
    canvas.selection.clear()
    for _ in range(5):  # in the middle of the view, side by side
        canvas.placer.place_beside("MatMul")
        canvas.selection.clear()
    boxes = _boxes(canvas)
    assert len(boxes) == 10
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_what_is_placed_by_keyboard_is_in_view_and_wired_only_where_the_dtypes_may_fit(
    window: Any, qtbot: Any
) -> None:
    canvas = _open(window, qtbot)
    QCursor.setPos(window.mapToGlobal(QPoint(4, 4)))
    canvas.selection.choose_ids(["a"])
    for name in ("Shape", "CropAndResizeGradImage", "Square", "Tanh", "Sqrt", "Exp"):
        window.action_set["edit.add_block"].trigger()
        QTest.keyClicks(canvas.popup.field, name)
        QTest.keyClick(canvas.popup.field, Qt.Key.Key_Return)
        placed = canvas.selection.ordered_blocks()[0]
        assert canvas.viewer.visible_rect().contains(canvas.items.blocks[placed].rect())
    wires = [(str(w.source), str(w.target)) for w in window.context.page.wires]
    # A shape is of integers, whatever its block is given: it is no gradients, and may be indices of boxes or a size.
    assert not any(source == "shape.output" for source, _ in wires)
    assert ("cropandresizegradimage.output", "square.x") in wires


def test_what_only_one_pin_can_take_is_wired_to_it(window: Any, qtbot: Any) -> None:
    canvas = _open(window, qtbot)
    canvas.selection.choose_ids(["a"])
    for name in ("Shape", "Fill"):  # dims come first
        window.place_symbol(name)
    canvas.selection.choose_ids(["a"])
    for name in ("Shape", "Conv2DBackpropFilter"):  # its sizes are the only integers, and its second input
        window.place_symbol(name)
    wires = [(str(w.source), str(w.target)) for w in window.context.page.wires]
    assert ("shape.output", "fill.dims") in wires
    assert ("shape_2.output", "conv2dbackpropfilter.filter_sizes") in wires


def test_the_palette_places_beside_the_selection_and_wires_where_one_output_is_free(
    window: Any, qtbot: Any
) -> None:
    canvas = _open(window, qtbot)
    canvas.selection.choose_ids(["b"])
    window.place_symbol("Sqrt")
    (wire,) = window.context.page.wires
    assert (str(wire.source), str(wire.target)) == ("b.y", "sqrt.x")
    placed = canvas.items.blocks["sqrt"].rect()
    assert (
        canvas.items.blocks["b"].rect().right()
        < placed.left()
        < canvas.items.blocks["b"].rect().right() + 120
    )
    canvas.selection.choose_ids(["b"])  # its output is taken now: nothing is plain
    window.place_symbol("Exp")
    assert len(window.context.page.wires) == 1


def test_a_double_click_in_the_search_places_one_block_and_opens_nothing_below(
    window: Any, qtbot: Any
) -> None:
    canvas = _open(window, qtbot)
    opened: list[str] = []
    canvas.block_activated.connect(opened.append)
    x, y = canvas.items.blocks["a"].x_page, canvas.items.blocks["a"].y_page
    canvas.placer.open_search(_at(canvas, x, y - 40))
    QTest.keyClicks(canvas.popup.field, "matmul")
    viewport = canvas.popup.list.viewport()
    row = canvas.popup.list.visualRect(canvas.popup.model.index(0)).topLeft() + QPoint(60, 8)
    below = canvas.viewer.viewport()
    place = below.mapFromGlobal(viewport.mapToGlobal(row))
    assert canvas.items.blocks["a"].rect().contains(canvas.viewer.to_page(place))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=row)
    QTest.mouseDClick(below, Qt.MouseButton.LeftButton, pos=place)
    assert [b for b in window.context.page.blocks if b not in ("a", "b")] == ["matmul"]
    assert opened == []
    assert not canvas.popup.isVisible()


def test_wiring_by_keys_offers_free_inputs_first_and_stays_at_shift_tab(window: Any, qtbot: Any) -> None:
    canvas = _open(window, qtbot)
    canvas.selection.choose_ids(["a"])
    window.place_symbol("MatMul")  # a.output is wired to matmul.a
    QTest.mouseClick(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, pos=_at(canvas, 700, 500))
    canvas.keyboard.focus("a")
    QTest.keyClick(canvas.viewer, Qt.Key.Key_W)
    said: list[str] = []
    canvas.status_text.connect(said.append)
    for _ in range(2):
        QTest.keyClick(canvas.viewer, Qt.Key.Key_Tab)
    assert "matmul.a" in said[-1]  # the wired one comes last
    QTest.keyClick(canvas.viewer, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert "matmul.a" not in said[-1]
    assert canvas.keyboard.wiring.active
    assert window.focusWidget() is canvas.viewer


def test_wiring_by_keys_where_nothing_fits_offers_blocks_that_do(window: Any, qtbot: Any) -> None:
    blocks = {"a": Block(id="a", symbol="Const", pins={"val": "{1.0f,2.0f}"}, at=(40, 40))}
    window.context.set_document(Document(Project(pages=[Page(name="one", blocks=blocks)])))
    qtbot.waitUntil(lambda: window.action_set["edit.select_all"].isEnabled())
    canvas = window.tabs.current_canvas()
    canvas.keyboard.focus("a")
    QTest.keyClick(canvas.viewer, Qt.Key.Key_W)
    QTest.keyClicks(canvas.popup.field, "square")
    QTest.keyClick(canvas.popup.field, Qt.Key.Key_Return)
    assert [(str(w.source), str(w.target)) for w in window.context.page.wires] == [("a.output", "square.x")]


def test_a_page_that_was_fitted_stays_fitted_until_the_view_is_moved(window: Any, qtbot: Any) -> None:
    canvas = _open(window, qtbot, [TABLE])
    window.resize(500, 400)
    qtbot.waitUntil(lambda: canvas.viewer.zoom() < 1)
    window.resize(1500, 1000)
    qtbot.waitUntil(lambda: canvas.viewer.zoom() == 1)
    canvas.viewport.zoom_in()
    seen = canvas.viewer.zoom()
    window.resize(1200, 800)
    qtbot.waitUntil(lambda: window.width() == 1200)
    assert canvas.viewer.zoom() == seen


def test_putting_the_panels_back_leaves_the_window_as_wide_as_it_is(window: Any) -> None:
    window.showNormal()
    window.resize(1000, 700)
    window.docks.reset()
    assert window.width() == 1000


def test_the_first_window_fits_the_screen(window: Any) -> None:
    room = window.screen().availableGeometry()
    assert room.contains(window.frameGeometry())


def test_tabs_count_problems_and_results_and_the_status_line_takes_their_colour(
    window: Any, qtbot: Any
) -> None:
    canvas = _open(window, qtbot)
    dock, problems = window.docks["problems"], window.panels.problems
    qtbot.waitUntil(lambda: dock.windowTitle() == "Problems (1)")  # b.x is neither wired nor typed
    assert window.status.problems.property("state") == "warning"
    canvas.selection.choose_ids(["b"])
    qtbot.waitUntil(window.action_set["edit.delete"].isEnabled)
    window.action_set["edit.delete"].trigger()
    qtbot.waitUntil(lambda: dock.windowTitle() == "Problems")
    assert window.status.problems.property("state") == ""
    qtbot.waitUntil(lambda: problems.empty.text() == "No problems on this page.")
    values = {f"{block}.output": TensorValue("int32", np.array(n)) for n, block in enumerate("ac")}
    window.results.put("one", values, 1)
    qtbot.waitUntil(lambda: window.docks["results"].windowTitle() == "Results (2)")


def test_ticks_of_the_view_menu_are_seen_beside_no_icon(window: Any) -> None:
    ticked = [a for a in window.action_set.all() if a.isCheckable()]
    assert len(ticked) > 4
    assert not [a.text() for a in ticked if a.isIconVisibleInMenu()]


def _severities(canvas: Any, block: str) -> dict[str, str]:
    return {str(p.pin): p.severity for p in canvas.block_marks.problems_of(block)}


def test_a_required_pin_waits_for_its_value_until_it_was_left_empty_or_the_page_runs(
    window: Any, qtbot: Any
) -> None:
    canvas = _open(window, qtbot)
    window.place_symbol("MatMul")
    qtbot.waitUntil(lambda: _severities(canvas, "matmul") == {"a": "warning", "b": "warning"})
    problem = canvas.block_marks.problems_of("matmul")[0]
    assert message_of(problem) == "a needs a value"
    assert canvas.pin_texts.edit_pin("matmul", "a")
    QTest.keyClick(canvas.pin_editor.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _severities(canvas, "matmul") == {"a": "error", "b": "warning"})
    canvas.selection.choose_ids(["matmul"])
    qtbot.waitUntil(lambda: window.panels.properties.form is not None)
    window.action_set["run.run"].trigger()
    qtbot.waitUntil(lambda: _severities(canvas, "matmul") == {"a": "error", "b": "error"})
    canvas.selection.clear()
    window.place_symbol("Sqrt")  # after the run: it waits again
    qtbot.waitUntil(lambda: _severities(canvas, "sqrt") == {"x": "warning"})
    assert _severities(canvas, "matmul")["b"] == "error"


def test_a_narrow_window_shows_that_the_toolbar_goes_on_in_both_themes(
    application: Any, window: Any, qtbot: Any
) -> None:
    _open(window, qtbot)
    window.resize(window.minimumSizeHint().width(), 700)
    sign = window.tool_bar.sign
    qtbot.waitUntil(sign.isVisible)
    for theme in ("light", "dark"):
        application.set_theme(theme)
        image = window.tool_bar.grab(sign.geometry()).toImage()
        shades = [
            image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())
        ]
        assert max(shades) - min(shades) > 90  # the sign against its ground
