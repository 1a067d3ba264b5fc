"""Dragging pins out to monitors, a monitor's properties, controls that type into pins, fitting kinds."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox

from app.document.editing.document import Document
from app.document.model.diagram import Block, Monitor, Page, PinRef, Project, RunSettings, Wire
from app.editor.monitors.control import ControlMonitor
from app.editor.monitors.kinds import OPTIONS, fitting_kind
from app.editor.monitors.literal_number import read_number
from app.engine.values.results import TensorValue
from blocks.tensor_spec import TensorSpec

ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shown(window: Any) -> Any:
    """A window with ``a + b`` and a session, at 100 %."""
    blocks = [
        Block(id="a", symbol="Const", at=(0, 0), pins={"val": "1.0f"}),
        Block(id="b", symbol="Const", at=(0, 100), pins={"val": "{{1.0f,2.0f},{3.0f,4.0f}}"}),
        Block(id="sum", symbol="Add", at=(200, 0)),
        Block(id="session", symbol="ClientSession", at=(400, 0)),
    ]
    wires = [("a.output", "sum.x"), ("b.output", "sum.y"), ("sum.z", "session.fetch_outputs")]
    page = Page(
        name="p",
        run=RunSettings(steps=1),
        blocks={b.id: b for b in blocks},
        wires=[Wire(source=PinRef.parse(s), target=PinRef.parse(t)) for s, t in wires],
    )
    window.context.set_document(Document(Project(pages=[page])))
    QApplication.processEvents()
    canvas = window.tabs.current_canvas()
    canvas.viewer.centre_at(QPointF(250, 150), 1.0)
    return window


def _page(window: Any) -> Page:
    return window.document.project.pages[0]


def _drag(window: Any, start: tuple[float, float], end: tuple[float, float], mods: Any = NONE) -> None:
    viewer = window.tabs.current_canvas().viewer
    viewport, left, no = viewer.viewport(), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

    def send(kind: QEvent.Type, at: tuple[float, float], button: Any, buttons: Any) -> None:
        local = viewer.viewportTransform().map(QPointF(*at))
        where = QPointF(viewport.mapToGlobal(local.toPoint()))
        QApplication.sendEvent(viewport, QMouseEvent(kind, local, where, button, buttons, mods))

    send(QEvent.Type.MouseButtonPress, start, left, left)
    for part in (0.3, 0.7, 1.0):
        send(
            QEvent.Type.MouseMove,
            (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part),
            no,
            left,
        )
    send(QEvent.Type.MouseButtonRelease, end, left, no)


def _pin(window: Any, block: str, direction: str, pin: str) -> tuple[float, float]:
    return window.tabs.current_canvas().items.pin_place(block, direction, pin)


def test_a_result_dragged_to_the_empty_page_is_a_monitor_of_the_fitting_kind(shown: Any) -> None:
    shown.results.put("p", {"sum.z": TensorValue("float32", np.zeros((50, 40), "f4"))}, 1)
    shown.controllers.diagnostics.show_results("p")
    _drag(shown, _pin(shown, "sum", "result", "result_z"), (203, 247))
    (monitor,) = _page(shown).monitors.values()
    assert (monitor.kind, monitor.pins, monitor.at) == ("picture", ("sum.z",), (200, 250))
    assert shown.tabs.current_canvas().selection.ordered_monitors() == [monitor.id]
    assert _page(shown).blocks["sum"].at == (200, 0)
    shown.document.undo()
    assert _page(shown).monitors == {}


def test_an_output_dragged_with_alt_is_a_monitor_and_without_a_wire(shown: Any) -> None:
    _drag(shown, _pin(shown, "sum", "out", "z"), (300, 300), ALT)
    assert [m.pins for m in _page(shown).monitors.values()] == [("sum.z",)]
    _drag(shown, _pin(shown, "a", "out", "output"), (100, 300))
    assert len(_page(shown).monitors) == 1
    shown.tabs.current_canvas().popup.hide()


def test_a_drag_that_ends_on_its_block_or_is_called_off_makes_nothing(shown: Any) -> None:
    start = _pin(shown, "sum", "result", "result_z")
    _drag(shown, start, (start[0] - 20, start[1] - 30))
    assert _page(shown).monitors == {}
    assert shown.tabs.current_canvas().overlay.marks.band is None


@pytest.mark.parametrize("held", [ALT, ALT | Qt.KeyboardModifier.ControlModifier], ids=["alt", "ctrl-alt"])
def test_a_typed_input_dragged_with_alt_is_a_control(shown: Any, held: Any) -> None:
    _drag(shown, _pin(shown, "a", "in", "val"), (50, 250), held)
    (monitor,) = _page(shown).monitors.values()
    assert (monitor.kind, monitor.pins, monitor.options) == ("control", ("a.val",), {"min": 0.0, "max": 2.0})
    assert isinstance(shown.tabs.current_canvas().items.monitors[monitor.id].proxy.widget(), ControlMonitor)


@pytest.mark.parametrize(
    ("dtype", "shape", "many", "kind"),
    [
        ("float32", (), False, "number"),
        ("float32", (), True, "curve"),
        ("float32", (1, 1), True, "curve"),
        ("bool", (), True, "number"),
        ("string", (3,), True, "text"),
        ("float32", (5,), True, "table"),
        ("float32", (3, 4), True, "table"),
        ("float32", (100, 50), False, "picture"),
        ("uint8", (35, 35, 3), False, "picture"),
        ("float32", (None, 28, 28, 1), False, "picture"),
        ("float32", (16, 28, 28), False, "picture"),
        ("float32", (2, 3, 4), False, "table"),
        ("float32", (None,), False, "table"),
        ("float32", None, False, "table"),
        ("string", None, False, "text"),
        ("complex64", (100, 50), False, "table"),
    ],
)
def test_the_kind_fits_the_value(dtype: str, shape: Any, many: bool, kind: str) -> None:
    assert fitting_kind(None, TensorSpec(dtype, shape), many) == kind
    if shape is not None and None not in shape and dtype not in ("string",):
        assert fitting_kind(TensorValue(dtype, np.zeros(shape)), "", many) == kind


def test_a_double_click_on_a_monitors_title_opens_the_inspector(shown: Any) -> None:
    from app.document.editing.edits import AddMonitor

    monitor = Monitor(id="m", kind="number", pins=("sum.z[0][1]",), at=(100, 200), size=(190, 84))
    shown.document.apply(AddMonitor("p", monitor))
    viewer = shown.tabs.current_canvas().viewer
    place = viewer.viewportTransform().map(QPointF(180, 212)).toPoint()
    QTest.mouseDClick(viewer.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    assert list(shown.controllers.inspectors.windows) == [("p", "sum.z")]
    shown.controllers.inspectors.close_all()


def _form(window: Any, monitor: Monitor) -> Any:
    from app.document.editing.edits import AddMonitor

    window.document.apply(AddMonitor("p", monitor))
    window.tabs.current_canvas().selection.choose_ids([monitor.id])
    window.refresh_selection()
    return window.panels.properties.form


def _monitor(window: Any, name: str = "m") -> Monitor:
    return _page(window).monitors[name]


def test_a_monitors_options_are_edited_and_each_is_an_undo_step(shown: Any, qtbot: Any) -> None:
    form = _form(shown, Monitor(id="m", kind="curve", pins=("sum.z",), options={"kept": [1]}))
    form.fields["log"].click()
    assert _monitor(shown).options == {"kept": [1], "log": True}
    form.fields["max"].setText("2.5")
    form.fields["max"].editingFinished.emit()
    assert _monitor(shown).options == {"kept": [1], "log": True, "max": 2.5}
    widget = shown.tabs.current_canvas().items.monitors["m"].proxy.widget()
    assert (widget.figure.scale.log, widget.figure.scale.high) == (True, 2.5)
    form.fields["grid"].click()
    assert _monitor(shown).options["grid"] is False
    form.fields["grid"].click()
    assert "grid" not in _monitor(shown).options  # what is not said is automatic
    for _ in range(4):
        shown.document.undo()
    assert _monitor(shown).options == {"kept": [1]}
    qtbot.waitUntil(lambda: not form.fields["log"].isChecked())
    assert form.fields["max"].text() == ""


def test_pins_and_title_are_edited_and_wrong_ones_are_not_taken(shown: Any) -> None:
    form = _form(shown, Monitor(id="m", kind="curve", pins=("sum.z",)))
    form.title.setText("Cost")
    form.pins.setPlainText("sum.z[0][0]\nb.output[1]")
    form.commit()
    assert _monitor(shown).pins == ("sum.z[0][0]", "b.output[1]")
    assert _monitor(shown).options == {"title": "Cost"}
    assert shown.tabs.current_canvas().items.monitors["m"].title() == "Cost"
    form.pins.setPlainText("sum.z[x]")
    form.fields["last"].setText("many")
    form.commit()
    assert _monitor(shown).pins == ("sum.z[0][0]", "b.output[1]")
    assert "Last steps only must be a whole number" in form.note.text()


def test_another_kind_keeps_the_pins_and_offers_its_own_options(shown: Any, qtbot: Any) -> None:
    form = _form(shown, Monitor(id="m", kind="table", pins=("sum.z",)))
    form.kind.setCurrentIndex(form.kind.findData("histogram"))
    form.kind.activated.emit(form.kind.currentIndex())
    assert (_monitor(shown).kind, _monitor(shown).pins) == ("histogram", ("sum.z",))
    qtbot.waitUntil(lambda: "bins" in getattr(shown.panels.properties.form, "fields", {}))


@pytest.mark.parametrize("kind", OPTIONS)
def test_every_option_of_every_kind_is_read_by_its_monitor(shown: Any, kind: str) -> None:
    form = _form(shown, Monitor(id="m", kind=kind, pins=("a.val" if kind == "control" else "sum.z",)))
    for option in OPTIONS[kind]:
        field = form.fields[option.name]
        if isinstance(field, QCheckBox):
            field.click()
        elif isinstance(field, QComboBox):
            field.setCurrentIndex(1)
            field.activated.emit(1)
        elif option.kind == "texts":
            field.setPlainText("one")
        else:
            field.setText({"number": "1.5", "whole": "3"}.get(option.kind, "[0]"))
    form.commit()
    assert set(_monitor(shown).options) == {option.name for option in OPTIONS[kind]}
    shown.results.put("p", {"sum.z": TensorValue("float32", np.ones((2, 2), "f4"))}, 1)
    item = shown.tabs.current_canvas().items.monitors["m"]
    item.proxy.widget().grab()


def _control(qtbot: Any, text: str, **options: Any) -> tuple[Document, ControlMonitor]:
    page = Page(name="p", blocks={"c": Block(id="c", symbol="Const", pins={"val": text})})
    document = Document(Project(pages=[page]))
    widget = ControlMonitor(document, "p", Monitor(id="m", kind="control", pins=("c.val",), options=options))
    qtbot.addWidget(widget)
    widget.resize(220, 50)
    with qtbot.waitExposed(widget):
        widget.show()
    return document, widget


def _text(document: Document) -> Any:
    return document.project.pages[0].blocks["c"].pins["val"]


def test_a_slider_types_the_number_and_a_drag_is_one_undo_step(qtbot: Any) -> None:
    document, widget = _control(qtbot, "{0.5f}", min=0, max=1)
    assert widget.kind == "slider"
    assert widget.slider.value() == 500
    widget.slider.setSliderDown(True)
    for place in (600, 700, 800):
        widget.slider.setSliderPosition(place)
    widget.slider.setSliderDown(False)
    assert _text(document) == "{0.8f}"
    document.undo()
    assert _text(document) == "{0.5f}"
    assert widget.slider.value() == 500


def test_a_slider_of_whole_numbers_steps_by_one(qtbot: Any) -> None:
    document, widget = _control(qtbot, "3", min=0, max=10)
    widget.slider.setFocus()
    qtbot.keyClick(widget.slider, Qt.Key.Key_Right)
    assert _text(document) == "4"
    assert widget.slider.maximum() == 10


def test_switch_and_fields_type_their_texts(qtbot: Any) -> None:
    document, switch = _control(qtbot, "true")
    assert switch.kind == "switch"
    switch.switch.click()
    assert _text(document) == "false"
    document, number = _control(qtbot, "1.5")
    assert number.kind == "number"
    number.field.setFocus()
    number.field.selectAll()
    QTest.keyClicks(number.field, "2.5")
    qtbot.keyClick(number.field, Qt.Key.Key_Return)
    assert _text(document) == "2.5"
    assert _control(qtbot, "{1,2,3}")[1].kind == "text"
    assert _control(qtbot, "{1,2,3}", control="slider")[1].kind == "text"


def test_a_control_follows_the_document_and_says_why_it_cannot_type(qtbot: Any) -> None:
    from app.document.editing.edits import AddBlocks, AddWire, SetPin

    document, widget = _control(qtbot, "1.0")
    document.apply(SetPin("p", "c", "val", "4.0"))
    assert widget.field.text() == "4.0"
    document.apply(AddBlocks("p", [Block(id="d", symbol="Const")]))
    document.apply(AddWire("p", Wire(source=PinRef("d", "output"), target=PinRef("c", "val"))))
    assert "is wired" in widget.note.text()
    assert not widget.field.isVisible()


@pytest.mark.parametrize(
    ("text", "value", "again"),
    [
        ("0.5f", 0.25, "0.25f"),
        ("{ 0.5f }", 2, "{ 2.0f }"),
        ("3", 4.6, "5"),
        ("1e-3", 0.002, "0.002"),
        ("1.0", 3.0, "3.0"),
        ("-2", -3, "-3"),
    ],
)
def test_a_number_keeps_its_spelling(text: str, value: float, again: str) -> None:
    number = read_number(text)
    assert number is not None
    assert number.with_value(value) == again


def test_a_control_from_the_menu_takes_the_pin_with_a_number(shown: Any) -> None:
    shown.tabs.current_canvas().selection.choose_ids(["a"])
    shown.refresh_selection()
    shown.refresh_actions()
    shown.action_set["monitor.control"].trigger()
    assert [(m.kind, m.pins) for m in _page(shown).monitors.values()] == [("control", ("a.val",))]
