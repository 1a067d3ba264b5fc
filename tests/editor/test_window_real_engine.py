"""What only the real engine can show: a page that waits for ever is stopped, one that dies is survived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.document.document import Document
from app.document.edits import AddPage
from app.document.model import Block, Page, PinRef, Project, Wire


def _page(name: str, blocks: list[Block], *wires: tuple[str, str]) -> Page:
    made = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in wires]
    return Page(name=name, blocks={b.id: b for b in blocks}, wires=made)


_WAITS = _page(
    "waits",
    [
        Block(id="queue", symbol="FIFOQueue", pins={"component_types": "DT_FLOAT"}),
        Block(id="take", symbol="QueueDequeue", at=(200, 0), pins={"component_types": "DT_FLOAT"}),
        Block(id="session", symbol="ClientSession", at=(400, 0)),
    ],
    ("queue.handle", "take.handle"),
    ("take.components", "session.fetch_outputs"),
)
_DIES = _page(
    "dies",
    [
        Block(id="one", symbol="Const", pins={"val": "1.0f"}),
        Block(id="end", symbol="Abort", at=(200, 100), pins={"attrs": "error_msg_ = over;"}),
        Block(id="session", symbol="ClientSession", at=(400, 0)),
    ],
    ("one.output", "session.fetch_outputs"),
    ("end.operation", "session.run_outputs"),
)
_WELL = _page(
    "well",
    [
        Block(id="one", symbol="Const", pins={"val": "{1.5f,2.5f}"}),
        Block(id="session", symbol="ClientSession"),
    ],
    ("one.output", "session.fetch_outputs"),
)


@pytest.fixture
def real(qapp: Any, qtbot: Any) -> Iterator[Any]:
    from app.editor.program import Program
    from app.editor.settings import SettingsStore

    program = Program(qapp, SettingsStore())
    window = program.new_window()
    window.set_document(Document(Project(pages=[_WAITS])))
    for page in (_DIES, _WELL):
        window.document.apply(AddPage(page))
    yield window
    window.ask = lambda *_: "discard"
    window.close()


def test_a_waiting_page_is_stopped_a_dying_one_named_and_the_next_run_is_well(real: Any, qtbot: Any) -> None:
    real.tabs.show_page("waits")
    with qtbot.waitSignal(real.runner.begun, timeout=60_000):
        real.run.run()
    with qtbot.waitSignal(real.runner.ended, timeout=5_000):
        real.run.stop()
    qtbot.waitUntil(lambda: "stopped" in real.status.run.text())
    real.tabs.show_page("dies")
    with qtbot.waitSignal(real.runner.ended, timeout=60_000):
        real.run.run()
    qtbot.waitUntil(lambda: "dies" in real.run.problems)
    died = next(p for p in real.run.problems["dies"] if p.code == "aborted")
    assert died.block == "end"
    real.tabs.show_page("well")
    with qtbot.waitSignal(real.runner.ended, timeout=60_000):
        real.run.run()
    qtbot.waitUntil(lambda: "one.output" in real.results.page("well").values)
    assert real.results.page("well").values["one.output"].array.tolist() == [1.5, 2.5]
