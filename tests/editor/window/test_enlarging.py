"""A double click on a monitor shows it in a window of its own, with the steps that came before."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.document.editing.document import Document
from app.document.model.diagram import Block, Monitor, Page, Project
from app.editor.within import Within
from app.engine.values.results import TensorValue
from tests.support.function_pages import named, project, twice


@pytest.fixture
def shown(window: Any) -> Any:
    """A window with a page of one block and a monitor of each kind on its output."""
    kinds = ("curve", "picture", "histogram", "number", "table", "control")
    pins = {"curve": "a.output[0]", "control": "a.val"}
    monitors = {
        kind: Monitor(
            id=kind, kind=kind, pins=(pins.get(kind, "a.output"),), at=(300.0 * n, 200), size=(260, 200)
        )
        for n, kind in enumerate(kinds)
    }
    page = Page(
        name="p", blocks={"a": Block(id="a", symbol="Const", pins={"val": "{1, 2}"})}, monitors=monitors
    )
    window.context.set_document(Document(Project(pages=[page])))
    _run(window, first=1.0)
    return window


def _run(window: Any, first: float) -> None:
    store = window.context.results
    store.restart("p")
    for step in range(1, 6):
        store.put("p", {"a.output": TensorValue("float32", np.array([first / step, 2.0], np.float32))}, step)


def _double_click(window: Any, monitor: str, part: float = 0.6) -> None:
    canvas = window.tabs.current_canvas()
    canvas.viewport.fit()
    rect = canvas.items.monitors[monitor].rect()
    at = canvas.viewer.mapFromScene(QPointF(rect.center().x(), rect.top() + part * rect.height()))
    viewport = canvas.viewer.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)


def test_a_curve_is_enlarged_with_its_points_and_those_of_earlier_runs(shown: Any) -> None:
    inspectors = shown.controllers.inspectors
    _run(shown, first=10.0)
    _double_click(shown, "curve")
    curve = inspectors.curves["p", "curve"]
    last, earlier = curve.plot.lines
    assert (last.run, [step for step, _ in last.points], last.points[0][1]) == ("", [1, 2, 3, 4, 5], 10.0)
    assert (earlier.run, earlier.points[0]) == ("run 1", (1, 1.0))
    (action,) = curve.controls.runs.menu().actions()
    assert action.text() == "run 1"
    action.trigger()
    assert [line.run for line in curve.plot.lines] == [""]
    _double_click(shown, "curve", part=0.05)  # the title bar does the same; there is one window
    assert list(inspectors.curves.values()) == [curve]
    curve.close()
    assert not inspectors.curves


def test_the_enlarged_curve_follows_the_run(shown: Any, qtbot: Any) -> None:
    _double_click(shown, "curve")
    curve = shown.controllers.inspectors.curves["p", "curve"]
    shown.context.results.put("p", {"a.output": TensorValue("float32", np.array([7, 2], np.float32))}, 6)
    qtbot.waitUntil(lambda: curve.plot.lines[0].points[-1] == (6, 7.0))
    curve.close()


@pytest.mark.parametrize(("monitor", "view"), [("picture", "Picture"), ("histogram", "Histogram")])
def test_pictures_and_histograms_are_enlarged_in_the_inspector(shown: Any, monitor: str, view: str) -> None:
    _double_click(shown, monitor)
    opened = shown.controllers.inspectors.windows["p", "a.output"]
    assert opened.inspector.tabs.tabText(opened.inspector.tabs.currentIndex()) == view
    opened.close()


def test_a_picture_inside_a_use_is_enlarged_with_the_value_there(window: Any) -> None:
    inner = replace(
        twice(), monitors={"m": Monitor(id="m", kind="picture", pins=("sum.z",), size=(260, 200))}
    )
    main = named("main", {"a": ("page:twice", {"x": "1.0f"})})
    window.context.set_document(Document(project(main, inner)))
    window.context.look_inside(Within("main", ("a",)), "twice")
    _double_click(window, "m")
    opened = window.controllers.inspectors.windows["main", "a/sum.z"]
    assert opened.inspector.tabs.tabText(opened.inspector.tabs.currentIndex()) == "Picture"
    opened.close()


def test_the_inspector_knows_the_steps_of_before_it_was_opened(shown: Any) -> None:
    _double_click(shown, "number")
    inspector = shown.controllers.inspectors.windows["p", "a.output"].inspector
    assert [step for step, _ in inspector.source.retained()] == [1, 2, 3, 4, 5]
    inspector.show_view("Steps")
    assert inspector.course.plot().curves[0][0] == (1, 1.0)
    inspector.course.of.setCurrentIndex(inspector.course.of.findData("range"))
    assert inspector.course.plot().curves[1] == [(step, 2.0) for step in range(1, 6)]
    shown.controllers.inspectors.close_all()


def test_a_double_click_in_a_table_or_a_control_is_its_own(shown: Any) -> None:
    for monitor in ("table", "control"):
        _double_click(shown, monitor)
    inspectors = shown.controllers.inspectors
    assert not inspectors.windows
    assert not inspectors.curves
