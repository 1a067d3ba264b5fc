"""Curves get every step of a run where that is cheap, and no pin that would not run without them."""

from pathlib import Path
from typing import Any

import pytest

from app.document.formats.registry import open_project
from app.document.model.addresses import monitored_within
from app.document.model.diagram import Monitor, Page
from app.document.resources.own_blocks import OwnBlocks
from app.editor.monitors.history import Histories
from app.editor.monitors.watching import watched_by_curves
from app.editor.results.store import ResultStore
from app.engine.compiler.make_plan import make_plan
from blocks.assets import asset


@pytest.fixture
def descent() -> tuple[Page, Path]:
    """The sample that learns one weight: fast steps, a loss that falls."""
    path = Path(str(asset("samples", "gradient_descent.tblocks")))
    (page,) = open_project(path).project.pages
    page.monitors.clear()
    return page, path.parent


def _curve(page: Page, *pins: str) -> None:
    page.monitors["c"] = Monitor(id="c", kind="curve", pins=pins)


def test_only_what_the_page_shows_anyway_is_watched(descent: tuple[Page, Path]) -> None:
    page, folder = descent
    plan = make_plan(page, folder)
    shown = sorted(f.key for s in plan.sessions for f in s.fetches)
    _curve(page, shown[0], f"{shown[0]}[3]", "nobody.output", "not a pin")
    page.monitors["p"] = Monitor(id="p", kind="picture", pins=(shown[1],))
    watched = watched_by_curves(page, plan)
    assert [w.text for w in watched] == [shown[0], f"{shown[0]}[3]"]
    assert watched[1].index == (3,)
    assert all(w.lenient for w in watched)


def test_a_curve_inside_of_a_loop_shows_the_rounds_of_the_last_step(qtbot: Any) -> None:
    histories = Histories(ResultStore(), "p")
    series = histories.follow("loop/m.z")
    histories.add_rows(["loop/m.z"], 1, [((6.0, 12.0),), ((7.0, 14.0, 28.0),), (None,)])
    assert series.points == [(1, 7.0), (2, 14.0), (3, 28.0)]
    histories.add_rows(["loop/m.z"], 4, [((8.0,),)])
    assert series.points == [(1, 8.0)]


def test_what_runs_inside_of_a_loop_is_watched_where_a_curve_shows_it() -> None:
    project = open_project(Path(str(asset("samples", "newton.tblocks")))).project
    page = project.pages[0]
    _curve(page, "loop/step.better", "loop/none.better")
    own = OwnBlocks.on([page], Path(), project.pages)
    plan = make_plan(page, Path(), own=own, shown=monitored_within(page))
    assert [(w.text, w.has_rounds) for w in watched_by_curves(page, plan)] == [("loop/step.better", True)]


def test_a_real_run_gives_a_curve_every_step(qtbot: Any, qapp: Any, descent: tuple[Page, Path]) -> None:
    from app.document.editing.document import Document
    from app.document.model.diagram import Project
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore

    page, folder = descent
    plan = make_plan(page, folder)
    key = next(f.key for s in plan.sessions for f in s.fetches if f.key.startswith("loss"))
    _curve(page, key)
    page.run = page.run.__class__(steps=700)
    application = Application(qapp, SettingsStore())
    window = application.new_window()
    try:
        window.context.set_document(Document(Project(pages=[page])))
        qtbot.waitUntil(lambda: window.tabs.current_canvas() is not None)
        with qtbot.waitSignal(window.runner.ended, timeout=90_000):
            window.controllers.run.run()
        series = window.tabs.current_canvas().items.boxes.factory.histories.follow(key)
        qtbot.waitUntil(lambda: series.count == 700)
        assert [step for step, _ in series.points] == list(range(1, 701))
        assert series.points[0][1] > series.points[-1][1]
    finally:
        window.context.ask = lambda *_, **__: "discard"
        window.close()
        application.deleteLater()
