"""The XOR sample in the editor, with two curves and a heat map on the page, against the bare headless loop."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from tests.benchmarks.bench import Comparison, Row, side_by_side

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.document.editing.edits import AddMonitor, SetRun
from app.document.model.diagram import Monitor
from app.editor.application.main import make_application
from app.editor.window.main_window import EditorWindow
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from blocks.assets import asset

_STEPS = 20_000  # of a round
_HEAT = "output.y"  # [4, 1]


@contextmanager
def _window() -> Iterator[EditorWindow]:
    """Show the sample as it ships, with a heat map beside its two curves."""
    with tempfile.TemporaryDirectory() as settings:
        os.environ["TENSORBLOCKS_CONFIG"] = settings
        app = QApplication.instance() or QApplication(["tensorblocks"])
        assert isinstance(app, QApplication)
        application = make_application(app)
        window = application.new_window()
        window.resize(1500, 900)
        assert window.controllers.files.load(str(asset("samples", "xor.tblocks")))
        page = window.context.page
        assert page is not None
        assert sum(m.kind == "curve" for m in page.monitors.values()) == 2
        heat = Monitor(id="heat", kind="picture", pins=(_HEAT,), at=(950, 200), options={"colours": "heat"})
        window.document.apply(AddMonitor(page.name, heat))  # type: ignore[union-attr]
        run = msgspec.structs.replace(page.run, steps=_STEPS)
        window.document.apply(SetRun(page.name, run))  # type: ignore[union-attr]
        canvas = window.tabs.current_canvas()
        assert canvas is not None
        canvas.viewport.fit()
        _settle(2000)
        yield window
        window.context.ask = lambda *_: "discard"  # type: ignore[method-assign]
        application.quit()


def _settle(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _engine_beside(window: Any) -> Engine:
    return Engine(beside=window.runner.side_engine())


def xor_in_the_editor() -> Comparison:
    """Compare runs of so many steps, from the order to the last result, in one window and without one."""
    with _window() as window, _engine_beside(window) as bare:
        document, page = window.document, window.context.page
        assert document is not None
        assert page is not None
        plan = make_plan(page, document.folder)

        def ours() -> None:
            loop = QEventLoop()

            def end(*_: object) -> None:
                loop.quit()

            window.runner.ended.connect(end)
            window.controllers.run.run()
            loop.exec()
            window.runner.ended.disconnect(end)
            assert window.runner.steps_done(page.name) == _STEPS

        def theirs() -> None:
            assert bare.run(plan, document.folder, RunRequest(steps=_STEPS)).ok

        return side_by_side(ours, theirs)


ROWS = [
    Row(
        "XOR in the editor, two curves and a heat map",
        "the headless loop without events",
        1 / 0.7,
        xor_in_the_editor,
    )
]
