"""Monitors on the page: adding by menu, undo, free places, runs that feed curves, themes, pictures of pages."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QContextMenuEvent, QImage

from app.document.editing.document import Document
from app.document.editing.edits import SetPin
from app.document.model.diagram import Block, Monitor, Page, PinRef, Project, RunSettings, Wire
from app.document.model.sentence import quote
from app.editor.canvas.render import draw_page
from app.editor.controllers.monitors import free_place, pins_for
from app.editor.widgets.theme import DARK, LIGHT
from app.engine.host.events import ClusterWaits, Resumed, Rows, Sampled, Started
from app.engine.host.interface import ONE_STEP, RunRequest
from app.engine.values.results import ListValue, PageResult, TensorValue
from tests.support.fake_engine import FakeEngine


@pytest.fixture
def shown(window: Any) -> Any:
    """A window with ``a`` and ``b`` added, and a session that fetches the sum."""
    blocks = [
        Block(id="a", symbol="Const", at=(0, 0), pins={"val": "1.0f"}),
        Block(id="b", symbol="Const", at=(0, 100), pins={"val": "1.0f"}),
        Block(id="sum", symbol="Add", at=(200, 0)),
        Block(id="session", symbol="ClientSession", at=(400, 0)),
    ]
    wires = [("a.output", "sum.x"), ("b.output", "sum.y"), ("sum.z", "session.fetch_outputs")]
    page = Page(
        name="p",
        run=RunSettings(steps=3),
        blocks={b.id: b for b in blocks},
        wires=[Wire(source=PinRef.parse(s), target=PinRef.parse(t)) for s, t in wires],
    )
    window.context.set_document(Document(Project(pages=[page])))
    return window


def _page(window: Any) -> Page:
    return window.document.project.pages[0]


def _select(window: Any, *ids: str) -> None:
    window.tabs.current_canvas().selection.choose_ids(list(ids))
    window.refresh_selection()
    window.refresh_actions()


@pytest.mark.parametrize("kind", ["picture", "number", "curve", "table", "text", "histogram"])
def test_the_menu_puts_a_monitor_near_the_block_and_undo_takes_it_away(shown: Any, kind: str) -> None:
    _select(shown, "sum")
    shown.action_set[f"monitor.{kind}"].trigger()
    (monitor,) = _page(shown).monitors.values()
    assert (monitor.kind, monitor.pins) == (kind, ("sum.z",))
    canvas = shown.tabs.current_canvas()
    rect = canvas.items.monitors[monitor.id].rect()
    assert not any(rect.intersects(item.rect()) for item in canvas.items.blocks.values())
    assert canvas.items.monitors[monitor.id].proxy is not None
    assert canvas.selection.ordered_monitors() == [monitor.id]
    shown.document.undo()
    assert _page(shown).monitors == {}
    assert canvas.items.monitors == {}
    shown.document.redo()
    assert list(_page(shown).monitors) == [monitor.id]


def test_the_output_under_the_menu_is_the_one_shown(shown: Any) -> None:
    page = _page(shown)
    page.blocks["split"] = Block(id="split", symbol="Unique", at=(0, 300))
    shown.context.set_document(Document(Project(pages=[page])))
    _select(shown, "split")
    shown.tabs.current_canvas().events.menu_pin = PinRef("split", "idx")
    shown.controllers.monitors.number()
    assert [m.pins for m in _page(shown).monitors.values()] == [("split.idx",)]


def test_a_second_monitor_covers_nothing_of_the_first(shown: Any) -> None:
    for _ in range(3):
        _select(shown, "sum")
        shown.controllers.monitors.curve()
    rects = [item.rect() for item in shown.tabs.current_canvas().items.monitors.values()]
    assert len(rects) == 3
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])


def test_a_place_is_found_below_the_block_or_beside_what_is_there() -> None:
    block = QRectF(0, 0, 100, 60)
    assert free_place(block, (200, 100), [block]) == (0, 84)
    x, y = free_place(block, (200, 100), [block, QRectF(0, 80, 100, 100)])
    assert not QRectF(x, y, 200, 100).intersects(QRectF(0, 80, 100, 100))


def test_curves_and_numbers_name_elements_of_known_shapes() -> None:
    value = TensorValue("float32", np.zeros((4, 1), "float32"))
    assert pins_for("curve", "y.z", value) == ("y.z[0][0]", "y.z[1][0]", "y.z[2][0]", "y.z[3][0]")
    assert pins_for("number", "y.z", value) == ("y.z[0][0]",)
    assert pins_for("picture", "y.z", value) == ("y.z",)
    assert pins_for("curve", "y.z", TensorValue("float32", np.float32(1))) == ("y.z",)
    assert pins_for("curve", "y.z", None) == ("y.z",)
    assert len(pins_for("curve", "y.z", TensorValue("float32", np.zeros(1000)))) == 8
    assert pins_for("number", "y.l", ListValue((value,))) == ("y.l[0][0][0]",)


def test_the_logarithmic_axis_is_an_undo_step(shown: Any) -> None:
    _select(shown, "sum")
    shown.controllers.monitors.curve()
    (name,) = _page(shown).monitors
    _select(shown, name)
    shown.action_set["monitor.log"].trigger()
    assert _page(shown).monitors[name].options == {"log": True}
    assert shown.tabs.current_canvas().items.monitors[name].proxy.widget().log
    shown.document.undo()
    assert _page(shown).monitors[name].options == {}


class _Sampling(FakeEngine):
    """An engine whose run of n steps samples each but the last: the value is 10 less the step.

    What is watched comes in one batch after the samples, as from the real one, whose rows come ten times a second.
    """

    def run(
        self, plan: Any, folder: Any, request: RunRequest = ONE_STEP, *, on_event: Any = None
    ) -> PageResult:
        assert request.sample_rate is not None
        assert request.sample_rate >= 25
        assert request.steps is not None
        steps = request.steps
        on_event(Started())

        def values(step: int) -> Any:
            return {"sum.z": TensorValue("float32", np.float32(10 - step))}

        for step in range(1, steps):
            on_event(Sampled(step, values(step)))
        assert [w.text for w in request.watch] == ["sum.z"]
        on_event(Rows(1, ("float32",), [(10.0 - step,) for step in range(1, steps + 1)]))
        return PageResult(ok=True, steps=steps, results=values(steps))


def test_a_run_feeds_the_curve_and_the_next_one_starts_it_anew(shown: Any, qtbot: Any) -> None:
    shown.runner._make_engine, shown.runner._engine = _Sampling, None
    _select(shown, "sum")
    shown.controllers.monitors.curve()
    (name,) = _page(shown).monitors
    curve = shown.tabs.current_canvas().items.monitors[name].proxy.widget()
    for _ in range(2):
        with qtbot.waitSignal(shown.runner.ended):
            shown.controllers.run.run()
        qtbot.waitUntil(lambda: len(curve.points()[0]) == 3)
        assert curve.points() == [[(1, 9.0), (2, 8.0), (3, 7.0)]]
    with qtbot.waitSignal(shown.runner.ended):
        shown.controllers.run.step()
    qtbot.waitUntil(lambda: len(curve.points()[0]) == 4)
    assert curve.points()[0][-1] == (4, 9.0)  # the fourth step in all, the engine's first
    shown.controllers.run.reset()
    assert curve.points() == [[]]


class _Resuming(FakeEngine):
    """An engine whose cluster fails after step 4: the run goes on from step 2, with other values from there on."""

    def run(
        self, plan: Any, folder: Any, request: RunRequest = ONE_STEP, *, on_event: Any = None
    ) -> PageResult:
        on_event(Started())
        on_event(Rows(1, ("float32",), [(1.0,), (2.0,), (3.0,), (4.0,)]))
        on_event(ClusterWaits(quote("/job:ps/task:0 does not answer"), 4, 1, 3))
        on_event(Resumed(2))
        on_event(Rows(3, ("float32",), [(33.0,)]))
        value = TensorValue("float32", np.float32(33))
        return PageResult(ok=True, steps=3, results={"sum.z": value})


def test_a_curve_has_each_step_once_where_a_run_went_back(shown: Any, qtbot: Any) -> None:
    shown.runner._make_engine, shown.runner._engine = _Resuming, None
    _select(shown, "sum")
    shown.controllers.monitors.curve()
    (name,) = _page(shown).monitors
    with qtbot.waitSignal(shown.runner.ended):
        shown.controllers.run.run()
    curve = shown.tabs.current_canvas().items.monitors[name].proxy.widget()
    assert curve.points() == [[(1, 1.0), (2, 2.0), (3, 33.0)]]
    log = shown.panels.log.lines()
    assert "the cluster failed after step 4 (/job:ps/task:0 does not answer)" in log
    assert "goes on from step 2" in log


def test_a_curve_keeps_its_history_when_it_is_made_anew(shown: Any, qtbot: Any) -> None:
    _select(shown, "sum")
    shown.controllers.monitors.curve()
    (name,) = _page(shown).monitors
    shown.results.put("p", {"sum.z": TensorValue("float32", np.float32(1))}, 1)
    shown.results.put("p", {"sum.z": TensorValue("float32", np.float32(2))}, 2)
    shown.document.undo()
    shown.document.redo()
    again = shown.tabs.current_canvas().items.monitors[name].proxy.widget()
    assert again.points() == [[(1, 1.0), (2, 2.0)]]


def test_monitors_take_the_theme(shown: Any) -> None:
    _select(shown, "sum")
    shown.controllers.monitors.picture()
    (name,) = _page(shown).monitors
    item = shown.tabs.current_canvas().items.monitors[name]
    for theme in (LIGHT, DARK):
        shown.tabs.current_canvas().set_theme(theme)
        assert item.proxy.widget().look.ground == QColor(theme.monitor_fill)


def test_a_monitors_content_fills_its_frame_and_no_more(shown: Any) -> None:
    _select(shown, "sum")
    shown.controllers.monitors.table()
    (name,) = _page(shown).monitors
    item = shown.tabs.current_canvas().items.monitors[name]
    item.resize(90, 60)
    assert item.proxy.size().width() == 88
    assert item.rect().contains(item.proxy.sceneBoundingRect())


def test_a_picture_of_a_page_shows_empty_monitors_inside_their_frames(qapp: Any, tmp_path: Path) -> None:
    kinds = ("curve", "picture", "number", "text", "histogram", "table", "control")
    monitors = {
        kind: Monitor(id=kind, kind=kind, pins=("a.output",), at=(0, 200 * n), size=(200, 150))
        for n, kind in enumerate(kinds)
    }
    draw_page(Page(name="p", monitors=monitors), tmp_path / "page.png")
    image = QImage(str(tmp_path / "page.png"))
    drawn = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(image.height())}
    assert {DARK.monitor_fill, DARK.monitor_outline, DARK.monitor_title_fill} <= drawn


def test_a_context_menu_knows_the_output_that_it_was_asked_for(shown: Any) -> None:
    canvas = shown.tabs.current_canvas()
    asked: list[tuple[str, str]] = []
    canvas.context_menu_requested.disconnect()  # no menu opens in this test
    canvas.context_menu_requested.connect(lambda _, kind, item: asked.append((kind, item)))

    def menu_at(x: float, y: float) -> PinRef | None:
        place = canvas.viewer.mapFromScene(QPointF(x, y))
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.viewer.mapToGlobal(place))
        canvas.events.context_menu(event)
        return canvas.events.menu_pin

    canvas.viewer.centre_at(QPointF(200, 50), 1.0)
    assert menu_at(*canvas.items.pin_place("sum", "out", "z")) == PinRef("sum", "z")
    assert menu_at(*canvas.items.pin_place("sum", "result", "result_z")) == PinRef("sum", "z")
    assert menu_at(*canvas.items.pin_place("sum", "in", "x")) is None
    assert asked == [("block", "sum")] * 3
    assert menu_at(200, -150) is None
    assert asked[-1][0] == "page"


def test_of_when_a_value_is_stands_in_the_title_bar_and_not_over_the_value(shown: Any, qtbot: Any) -> None:
    _select(shown, "sum")
    shown.action_set["monitor.number"].trigger()
    (monitor,) = shown.tabs.current_canvas().items.monitors.values()
    with qtbot.waitSignal(shown.runner.ended, timeout=20000):
        shown.controllers.run.run()
    content = monitor.proxy.widget()
    qtbot.waitUntil(lambda: any(found.array is not None for found in content.found))
    assert content.remark == ""

    def bar() -> QImage:
        canvas = shown.tabs.current_canvas()
        view, rect = canvas.viewer, monitor.rect()
        place = QRectF(rect.left() + 2, rect.top() + 3, rect.width() - 4, 18)
        return view.viewport().grab(view.mapFromScene(place).boundingRect()).toImage()

    before = bar()
    with qtbot.waitSignal(content.remark_changed):
        shown.document.apply(SetPin("p", "a", "val", "2.0f"))
    assert content.remark == "before the last change"
    assert bar() != before
    with qtbot.waitSignal(content.remark_changed):
        shown.document.undo()
    assert bar() == before
