"""Whatever a page does to its worker: the block is named, the diagram is as it was, and the next page runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Wire
from app.document.storage.writer import dumps
from tests.support.worker_processes import workers


def _page(name: str, blocks: list[Block], *ends: tuple[str, str], steps: int | None = 1) -> Page:
    wires = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends]
    blocks = [*blocks, Block(id="session", symbol="ClientSession")]
    return Page(name=name, run=RunSettings(steps=steps), blocks={b.id: b for b in blocks}, wires=wires)


_ONE = Block(id="one", symbol="Const", pins={"val": "1.0f"})
_ABORTS = _page(
    "aborts",
    [_ONE, Block(id="end", symbol="Abort", pins={"attrs": "error_msg_ = over;"})],
    ("one.output", "session.fetch_outputs"),
    ("end.operation", "session.run_outputs"),
)
_LARGE = _page(
    "large",
    [
        Block(id="dims", symbol="Const", pins={"val": "{1000000,1000000}"}),
        Block(id="fill", symbol="RandomUniform", pins={"dtype": "DT_FLOAT"}),
        Block(id="sum", symbol="Sum", pins={"reduction_indices": "{0,1}"}),
    ],
    ("dims.output", "fill.shape"),
    ("fill.output", "sum.input"),
    ("sum.output", "session.fetch_outputs"),
)
_ENDLESS = _page(
    "endless",
    [
        Block(id="queue", symbol="FIFOQueue", pins={"component_types": "DT_FLOAT"}),
        Block(id="take", symbol="QueueDequeue", pins={"component_types": "DT_FLOAT"}),
    ],
    ("queue.handle", "take.handle"),
    ("take.components", "session.fetch_outputs"),
)
_FOREVER = _page("forever", [_ONE], ("one.output", "session.fetch_outputs"), steps=None)
_WELL = _page("well", [_ONE], ("one.output", "session.fetch_outputs"))


@pytest.fixture
def real(qapp: Any, qtbot: Any, home: Any) -> Iterator[Any]:
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore
    from app.engine.host.engine import Engine

    application = Application(qapp, SettingsStore(), lambda: Engine(beside=home))
    window = application.new_window()
    window.context.set_document(Document(Project(pages=[_ABORTS, _LARGE, _ENDLESS, _FOREVER, _WELL])))
    yield window
    window.context.ask = lambda *_: "discard"
    window.close()


def _run(window: Any, qtbot: Any, page: str, meanwhile: Callable[[], None] | None = None) -> None:
    window.tabs.show_page(page)
    qtbot.waitUntil(window.action_set["run.run"].isEnabled)
    with qtbot.waitSignal(window.runner.ended, timeout=60_000):
        if meanwhile is None:
            window.action_set["run.run"].trigger()
        else:
            with qtbot.waitSignal(window.runner.begun, timeout=60_000):
                window.action_set["run.run"].trigger()
            meanwhile()
    qtbot.waitUntil(lambda: not window.runner.running)


def _end_all(number: signal.Signals) -> None:
    """End every worker, that of the types too, as the system does."""
    for process in workers():
        with suppress(ProcessLookupError):
            os.kill(process, number)


def _is_well(window: Any, qtbot: Any, before: bytes) -> bool:
    """Return whether the diagram is as it was and another page runs."""
    _run(window, qtbot, "well")
    value = window.results.page("well").values["one.output"].array.tolist()
    return value == 1.0 and dumps(window.document.project) == before


@pytest.mark.parametrize(
    ("page", "code", "block"), [("aborts", "aborted", "end"), ("large", "out-of-memory", "fill")]
)
def test_a_block_that_ends_its_process_or_takes_all_memory_is_named(
    real: Any, qtbot: Any, page: str, code: str, block: str
) -> None:
    before = dumps(real.document.project)
    _run(real, qtbot, page)
    problems = [(p.code, p.block) for p in real.context.outcomes.problems[page] if p.severity == "error"]
    assert problems == [(code, block)]
    assert _is_well(real, qtbot, before)


@pytest.mark.skipif(sys.platform != "linux", reason="looks the processes up in Linux' table")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGBUS])
def test_a_worker_that_the_system_ends_is_replaced(real: Any, qtbot: Any, number: signal.Signals) -> None:
    before = dumps(real.document.project)
    _run(real, qtbot, "forever", lambda: _end_all(number))
    assert "failed" in real.status.run.text()
    assert [p for p in real.context.outcomes.problems["forever"] if p.severity == "error"]
    assert _is_well(real, qtbot, before)


def test_what_never_ends_is_stopped_at_a_press(real: Any, qtbot: Any) -> None:
    before = dumps(real.document.project)
    for page in ("forever", "endless"):
        _run(real, qtbot, page, real.action_set["run.stop"].trigger)
        assert "stopped" in real.status.run.text()
    assert _is_well(real, qtbot, before)
