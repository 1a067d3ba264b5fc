"""A model opens in the window as an unsaved project, beside which the window stays usable, and can be run and saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.storage.project_file import load_project
from tests.support.graph_texts import total, write_net


@pytest.fixture
def real(qapp: Any, home: Any) -> Iterator[Any]:
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore
    from app.engine.host.engine import Engine

    application = Application(qapp, SettingsStore(), lambda: Engine(beside=home))
    window = application.new_window()
    window.context.ask = lambda *_: "discard"
    yield window
    window.close()


def _open(window: Any, path: Path, qtbot: Any) -> None:
    with qtbot.waitSignal(window.controllers.models.ended, timeout=60_000):
        window.context.open_requested.emit([str(path)])


def test_a_model_opens_runs_and_is_saved_with_its_arrays(
    real: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(real, write_net(tmp_path), qtbot)
    document = real.document
    assert document.path is None
    assert document.title == "net"
    (page,) = document.project.pages
    assert any("nothing of it was run" in line for line in page.report)
    assert Path(page.blocks["layer_w"].pins["val"].npz).parent == document.store
    with qtbot.waitSignal(real.runner.ended, timeout=60_000):
        real.controllers.run.run()
    qtbot.waitUntil(lambda: "total.output" in real.context.results.page(page.name).values)
    target = tmp_path / "saved" / "net.tblocks"
    target.parent.mkdir()
    assert real.controllers.files._save_to(target, over=True)
    saved = load_project(target).project.pages[0]
    assert saved.blocks["layer_w"].pins["val"].npz == "net.arrays.npz"
    with np.load(target.parent / "net.arrays.npz") as arrays:
        weights = arrays[saved.blocks["layer_w"].pins["val"].key]
    assert float(np.array([2.0, -1.0]) @ weights.sum(axis=1)) == total((2.0, -1.0))


def test_a_damaged_model_is_explained_and_changes_nothing(real: Any, qtbot: Any, tmp_path: Path) -> None:
    said: list[str] = []
    real.context.show_message = lambda what, why: said.append(f"{what}: {why}")
    file = tmp_path / "cut.pb"
    file.write_bytes(b"\x0a\x7fno graph")
    before = real.document
    _open(real, file, qtbot)
    assert real.document is before
    assert "cut.pb cannot be opened" in said[0]
    assert "damaged" in said[0]


def test_a_reading_is_cancelled(real: Any, qtbot: Any, tmp_path: Path) -> None:
    before = real.document
    models = real.controllers.models
    real.context.open_requested.emit([str(write_net(tmp_path))])
    with qtbot.waitSignal(models.ended, timeout=60_000):
        models.task.dialog.canceled.emit()
    assert models.task.dialog is None
    assert real.document is before
