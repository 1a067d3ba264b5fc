"""Types for the editor: found for the last state only, one question at a time."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.document.model.diagram import Block, Page
from app.document.resources.function_pages import FunctionPages
from app.editor.analysis.type_inference import TypeInference
from app.engine.inference.result import Inference


class _Asked:
    """Stands for the runner: answers each question when the test lets it."""

    def __init__(self) -> None:
        self.pages: list[list[str]] = []
        self.timeouts: list[float] = []
        self.free = threading.Semaphore(0)
        self.functions = FunctionPages()
        self.plans = SimpleNamespace(functions=lambda page: self.functions)

    def infer(self, page: Page, folder: Path, timeout: float) -> Inference:
        self.pages.append(list(page.blocks))
        self.timeouts.append(timeout)
        self.free.acquire(timeout=5)
        return Inference(types={}, problems=[], plan_problems=[], blocked={b: b for b in page.blocks})


def _page(*blocks: str) -> Page:
    return Page(name="p", blocks={b: Block(id=b, symbol="Const") for b in blocks})


def test_only_the_last_state_is_answered_and_those_between_are_never_asked(qtbot: Any) -> None:
    runner = _Asked()
    inference = TypeInference(runner)  # type: ignore[arg-type]
    found: list[Any] = []
    inference.found.connect(lambda page, inference: found.append(inference.blocked))
    inference.ask(_page("a"), Path("."), at_once=True)
    qtbot.waitUntil(lambda: runner.pages == [["a"]])
    for blocks in (["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]):
        inference.ask(_page(*blocks), Path("."), at_once=True)
    runner.free.release()
    runner.free.release()
    qtbot.waitUntil(lambda: len(found) == 1)
    assert found == [{b: b for b in "abcd"}]
    assert runner.pages == [["a"], ["a", "b", "c", "d"]]
    assert inference.answers


def test_page_that_changes_while_it_is_asked_about_is_asked_as_it_was(qtbot: Any) -> None:
    runner = _Asked()
    inference = TypeInference(runner)  # type: ignore[arg-type]
    page = _page("a")
    with qtbot.waitSignal(inference.found) as found:
        inference.ask(page, Path("."), at_once=True)
        qtbot.waitUntil(lambda: runner.pages == [["a"]])
        page.blocks.clear()
        runner.free.release()
    assert found.args[1].blocked == {"a": "a"}


def test_what_was_dropped_is_not_answered(qtbot: Any) -> None:
    runner = _Asked()
    inference = TypeInference(runner)  # type: ignore[arg-type]
    inference.ask(_page("a"), Path("."), at_once=True)
    qtbot.waitUntil(lambda: runner.pages == [["a"]])
    inference.drop()
    with qtbot.assertNotEmitted(inference.found, wait=50):
        runner.free.release()
        qtbot.waitUntil(lambda: inference.answers)


def test_a_page_has_more_time_the_more_blocks_it_stands_for(qtbot: Any) -> None:
    """A model of 35,000 nodes may take several times as long as a small machine needs, drawn or as pages on a page."""
    runner = _Asked()
    runner.functions = FunctionPages(sizes={"page:half": 17_500})
    inference = TypeInference(runner)  # type: ignore[arg-type]
    uses = {b: Block(id=b, symbol="page:half") for b in "ab"}
    for page in (_page("a"), _page(*map(str, range(35_000))), Page(name="p", blocks=uses)):
        with qtbot.waitSignal(inference.found):
            inference.ask(page, Path("."), at_once=True)
            runner.free.release()
    small, large, of_uses = runner.timeouts
    assert small < 11
    assert large > 40
    assert of_uses > 40
