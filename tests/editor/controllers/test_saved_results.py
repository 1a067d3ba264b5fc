"""Results that lie beside a project: read beside the window, then shown; a problem where they do not read."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

import app.engine.values.saved
from app.engine.values.npz import write_npz
from app.engine.values.results import tensor_of
from tests.support.broken_archives import BROKEN

pytestmark = pytest.mark.timeout(30)


def project(folder: Path, npz: str) -> str:
    """Write a project whose page names these results."""
    blocks = [{"id": "c", "symbol": "Const", "pins": {"val": "1"}}]
    page = {"name": "p", "blocks": blocks, "results": {"npz": npz}}
    (folder / "p.tblocks").write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": [page]}))
    return str(folder / "p.tblocks")


def problems(window: Any) -> list[str]:
    """Return the messages of the problems dock that are about stored values."""
    from app.messages import message_of

    shown = window.controllers.diagnostics._shown
    return [message_of(p) for p in shown if p.code == "bad-snapshot"]


def test_results_of_the_page_are_shown_and_others_left_out(window: Any, tmp_path: Path, qtbot: Any) -> None:
    values = {"c.output": tensor_of(np.array([7])), "gone.output": tensor_of(np.zeros(3))}
    write_npz(tmp_path / "r.npz", values)
    assert window.controllers.files.load(project(tmp_path, "r.npz"))
    qtbot.waitUntil(lambda: bool(window.results.page("p").values))
    assert window.results.page("p").values["c.output"].array.tolist() == [7]
    assert list(window.results.page("p").values) == ["c.output"]
    assert problems(window) == []


@pytest.mark.parametrize("way", BROKEN)
def test_a_damaged_file_is_a_problem_of_the_page(window: Any, tmp_path: Path, qtbot: Any, way: str) -> None:
    (tmp_path / "s.npz").write_bytes(BROKEN[way][0]())
    assert window.controllers.files.load(project(tmp_path, "s.npz"))
    qtbot.waitUntil(lambda: len(problems(window)) == 1)
    assert "s.npz" in problems(window)[0]
    assert "results of an earlier run are not shown" in problems(window)[0]


@pytest.mark.parametrize("name", ["/dev/zero", "pipe.npz", "zero.npz", r"\\server\share\r.npz", "../r.npz"])
def test_what_is_no_file_of_the_project_is_not_opened(
    window: Any, tmp_path: Path, qtbot: Any, name: str
) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "zero.npz").symlink_to("/dev/zero")
    assert window.controllers.files.load(project(tmp_path, name))
    qtbot.waitUntil(lambda: len(problems(window)) == 1)


def test_the_window_does_not_wait_for_a_slow_file(
    window: Any, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that takes half a second to read, as one on a share does, holds nothing."""
    read = app.engine.values.saved.read_results
    begun: list[float] = []

    def slowly(path: Path) -> Any:
        begun.append(time.perf_counter())
        while time.perf_counter() < begun[0] + 0.5:
            time.sleep(0.01)
        return read(path)

    monkeypatch.setattr(app.engine.values.saved, "read_results", slowly)
    write_npz(tmp_path / "r.npz", {"c.output": tensor_of(np.array([7]))})
    assert window.controllers.files.load(project(tmp_path, "r.npz"))
    qtbot.waitUntil(lambda: bool(begun))
    assert window.tabs.current_canvas().isVisible()
    assert not window.results.page("p").values
    qtbot.waitUntil(lambda: bool(window.results.page("p").values))


def test_results_of_a_document_that_has_gone_are_not_shown(window: Any, tmp_path: Path, qtbot: Any) -> None:
    write_npz(tmp_path / "r.npz", {"c.output": tensor_of(np.array([7]))})
    assert window.controllers.files.load(project(tmp_path, "r.npz"))
    window.action_set["file.new"].trigger()
    window.controllers.saved_results.close()
    turns: list[int] = []
    QTimer.singleShot(0, lambda: turns.append(1))
    qtbot.waitUntil(lambda: bool(turns))
    assert not window.results.page("p").values


def test_a_project_whose_file_becomes_a_pipe_does_not_hold_the_window(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    path = Path(project(tmp_path, "r.npz"))
    assert window.controllers.files.load(str(path))
    path.unlink()
    os.mkfifo(path)
    window.controllers.files.look_at_disk()
    assert not window.document.changed_on_disk()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "q"), ""))
    assert window.controllers.files.save_as()
