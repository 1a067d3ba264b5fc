"""A page with what a run gave, drawn as the window shows it once the run is over: monitors hold their values."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.editor.canvas.render import Beside, RunShown, draw_page
from app.editor.monitors.factory import MonitorMaker
from app.editor.monitors.watching import watched_by_curves
from app.editor.results.store import ResultStore
from app.editor.widgets.theme import DARK, apply_theme
from app.editor.within import problems_within, values_within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.document.model.diagram import Page, Project
    from app.document.model.problems import Problem
    from app.engine.compiler.plan import Plan, Watched
    from app.engine.host.events import Rows
    from app.engine.values.results import PageResult
    from blocks.tensor_spec import TensorSpec


class RunPicture:
    """Takes what a run gives, and draws the page with it."""

    def __init__(self, project: Project, page: Page, beside: Beside, inner: Page, inside: str = "") -> None:
        """Begin with no values; what lies ``beside`` brings blocks. Makes a QApplication where there is none.

        What is drawn is ``inner``: the page itself, or the one that the uses ``inside`` (``layer1/conv``) lead to.
        """
        self._app = QApplication.instance() or _dressed_application()
        self._page, self._beside, self._catalog = page, beside, beside.own.catalog()
        self._store = ResultStore()
        self._inner, self._prefix = inner, f"{inside}/" if inside else ""
        self._contents = MonitorMaker(self._store, inner.name, Document(project))
        self._pins: list[str] = []

    def watched_in(self, plan: Plan) -> tuple[Watched, ...]:
        """Return what the page's curves show, of which each step counts."""
        watched = () if self._prefix else watched_by_curves(self._page, plan)
        self._pins = [one.text for one in watched]
        for pin in self._pins:
            self._contents.histories.follow(pin)
        return watched

    def add_rows(self, rows: Rows) -> None:
        """Take what some steps gave for the curves."""
        self._contents.add_rows(self._pins, rows.first, rows.rows, rows.every)

    def draw(
        self,
        out: Path,
        result: PageResult,
        used: Sequence[str],
        problems: Sequence[Problem],
        types: Mapping[str, TensorSpec],
    ) -> None:
        """Draw the page with the values of its last step, and marks on the blocks that it ``used``; raises OSError.

        ``types`` of outputs are written along their wires.
        """
        self._store.put(self._page.name, result.results, result.steps)
        if self._prefix:
            self._store.look_inside(self._inner.name, self._page.name, self._prefix)
        done = list(values_within(dict.fromkeys(used), self._prefix))
        here = problems_within(problems, self._prefix)
        values = self._store.page(self._inner.name).values
        run = RunShown(self._contents, done, here, values, values_within(types, self._prefix))
        draw_page(self._inner, out, catalog=self._catalog, run=run, beside=self._beside)


def _dressed_application() -> QApplication:
    """Return an application in the theme that pictures are drawn in, as controls on a page are widgets."""
    app = QApplication(sys.argv[:1])
    apply_theme(app, DARK)
    return app
