"""Sweeps over machines: tasks of bytes with all that they need, and a scheduler that loses or refuses them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from app.document.model.diagram import ArrayRef, Page, Project
from app.document.resources.grants import NOTHING_MORE, Bounds
from app.document.resources.ground import Ground
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.sweeps import sent_files, task
from app.engine.sweeps.cases import Case
from app.engine.sweeps.machines import Machines, MachinesFault, connected
from app.engine.sweeps.preparing import Prepared, prepare
from app.engine.sweeps.rows import Row
from app.engine.sweeps.swept_page import SweptPage
from tests.support import pages


class _Future:
    """A task of a scheduler that does it at once, or fails."""

    def __init__(self, data: bytes, status: str) -> None:
        self.status, self._data = status, data

    def add_done_callback(self, call: Callable[[Any], object]) -> None:
        """It has ended already."""
        call(self)

    def result(self) -> bytes:
        return task.do_task(self._data)

    def exception(self) -> Exception:
        return RuntimeError("the worker died again and again")


class _Client:
    """A scheduler whose tasks have these statuses, one after the other."""

    def __init__(self, *statuses: str) -> None:
        self.sent: list[bytes] = []
        self.cancelled: list[Any] = []
        self._statuses = list(statuses)

    def submit(self, function: Any, data: bytes, **options: Any) -> _Future:
        assert function is task.do_task
        self.sent.append(data)
        return _Future(data, self._statuses.pop(0) if self._statuses else "finished")

    def cancel(self, futures: list[Any]) -> None:
        self.cancelled += futures


@pytest.fixture
def here(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tasks use the engine of the tests."""
    monkeypatch.setattr(task, "_engine", lambda: engine)


def _prepared(page: Page, pin: str, texts: list[str], folder: Path) -> tuple[SweptPage, Prepared]:
    swept = SweptPage(Project(pages=[page]), page, [pin], folder)
    cases = [Case(i, (text,)) for i, text in enumerate(texts, 1)]
    return swept, prepare(swept, cases, Bounds(Ground.of(folder), NOTHING_MORE))


def _scaled() -> Page:
    return pages.page(
        {
            "c": ("Const", {"val": "1.0f"}),
            "x": ("Multiply", {"y": "2.0f"}),
            "session": "ClientSession",
        },
        "c.output -> x.x\nx.z -> session.fetch_outputs",
    )


def _run(
    client: _Client, swept: SweptPage, prepared: Prepared, done: frozenset[int] = frozenset()
) -> list[Row]:
    rows: list[Row] = []
    found = Machines(client, swept, prepared, RunRequest(), done)
    assert found.run(rows.append) == (not found.fatal)
    return sorted(rows, key=lambda row: row.number)


def test_the_rows_are_those_of_the_runs_that_are_left(here: None, tmp_path: Path) -> None:
    texts = [f"{i}.5f" for i in range(60)] + ["{1.0f,3.0f}", "{{1.0f},{2.0f,3.0f}}"]
    swept, prepared = _prepared(_scaled(), "c.val", texts, tmp_path)
    client = _Client()
    rows = _run(client, swept, prepared, frozenset({1, 2}))
    assert [row.number for row in rows] == list(range(3, 63))
    assert [row.values["x.z"] for row in rows[:58]] == [2 * i + 1 for i in range(2, 60)]
    assert rows[58].values == {"x.z": {"shape": [2], "mean": 4.0}}
    assert rows[59].status == "problems"
    assert len(client.sent) == 4  # 58 runs in tasks of 25, and one that shares no graph


def test_files_that_texts_name_and_stored_arrays_go_along(
    here: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path.resolve() / "project"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.txt").write_text("one", encoding="utf-8")
    (folder / "data" / "b.txt").write_text("two", encoding="utf-8")
    (folder / "other.txt").write_text("not named", encoding="utf-8")
    np.savez(folder / "w.npz", w=np.array([1.5, 2.5], np.float32))
    made = pages.page(
        {
            "w": ("Const", {"val": ArrayRef("w.npz", "w")}),
            "x": ("Multiply", {"y": "2.0f"}),
            "read": ("ReadFile", {"filename": "data/a.txt"}),
            "session": "ClientSession",
        },
        "w.output -> x.x\nx.z -> session.fetch_outputs\nread.contents -> session.fetch_outputs",
    )
    swept, prepared = _prepared(made, "read.filename", ["data/a.txt", "data/b.txt"], folder)
    client = _Client()
    rows = _run(client, swept, prepared)
    assert [row.values["read.contents"] for row in rows] == ["one", "two"]
    assert [row.values["x.z"]["mean"] for row in rows] == [4.0, 4.0]
    sent = [msgspec.msgpack.decode(data, type=task.Task).files.keys() for data in client.sent]
    assert sent == [{"data/a.txt", "w.npz"}, {"data/b.txt", "w.npz"}]
    monkeypatch.setattr(sent_files, "_MOST", 0)
    found = Machines(_Client(), swept, prepared, RunRequest(), frozenset())
    assert not found.run(lambda row: None)
    assert found.fatal[0].sentence.key == "sweep.files-too-large"


def test_a_name_that_leads_out_of_the_folder_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("../out.txt", "/tmp/out-of-the-folder.txt", "a/../../out.txt"):
        with pytest.raises(ValueError, match="leads out"):
            sent_files.put_files({name: b"x"}, tmp_path / "in")
    assert not (tmp_path / "out.txt").exists()


def test_a_task_that_dies_is_rows_and_one_that_is_lost_ends_the_sweep(here: None, tmp_path: Path) -> None:
    texts = [f"{i}.5f" for i in range(60)]
    swept, prepared = _prepared(_scaled(), "c.val", texts, tmp_path)
    rows = _run(_Client("error"), swept, prepared)
    assert [row.status for row in rows] == ["failed"] * 25 + ["done"] * 35
    client = _Client("finished", "cancelled")
    found = Machines(client, swept, prepared, RunRequest(), frozenset())
    lost: list[Row] = []
    assert not found.run(lost.append)
    assert len(lost) == 25
    assert found.fatal[0].sentence.key == "sweep.lost"
    assert len(client.cancelled) == 1


@pytest.mark.parametrize(
    ("address", "insecure", "key"),
    [
        ("tcp://127.0.0.1:1", False, "sweep.insecure"),
        ("127.0.0.1:1", True, "sweep.address"),
        ("tls://", False, "sweep.address"),
        ("http://127.0.0.1:1", True, "sweep.address"),
    ],
)
def test_a_scheduler_without_protection_is_refused(address: str, insecure: bool, key: str) -> None:
    with pytest.raises(MachinesFault) as fault:
        connected(address, insecure=insecure)
    assert fault.value.sentence.key == key


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MachinesFault) as fault:
        connected("tls://127.0.0.1:1", insecure=False)
    assert fault.value.sentence.key == "sweep.no-dask"
