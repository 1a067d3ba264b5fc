"""Files beside a project in a folder that is not its own: not read without a question, and nothing of them is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.resources.companion_files import CompanionFault
from app.editor.widgets.consent_dialog import Row
from app.engine.values.npz import write_npz
from app.engine.values.results import tensor_of
from tests.support.broad_home import broad_home

pytestmark = pytest.mark.timeout(30)


class User:
    """Answers the question about files, and notes what was asked."""

    def __init__(self, window: Any) -> None:
        self.answer = "no"
        self.asked: list[list[Row]] = []
        self.window = window
        window.controllers.companions.ask = self._ask

    def _ask(self, folder: str, rows: Sequence[Row], can_remember: bool) -> str:
        self.asked.append(list(rows))
        return self.answer


@pytest.fixture
def user(window: Any) -> User:
    return User(window)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with broad_home(tmp_path / "home") as folder:
        yield folder


def project(folder: Path, array: str = "w.npz") -> str:
    """Write a project that names an array, a snapshot and results beside it."""
    value = np.arange(3, dtype=np.float32)
    np.savez(folder / "w.npz", w=value)
    write_npz(folder / "s.npz", {"v": tensor_of(value)})
    write_npz(folder / "r.npz", {"c.output": tensor_of(value)})
    blocks = [
        {"id": "c", "symbol": "Const", "pins": {"val": {"npz": array, "key": "w"}}},
        {"id": "v", "symbol": "Variable", "pins": {"dtype": "DT_FLOAT", "shape": "[3]"}},
    ]
    page = {"name": "p", "blocks": blocks, "snapshots": {"s": {"npz": "s.npz"}}, "results": {"npz": "r.npz"}}
    (folder / "p.tblocks").write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": [page]}))
    return str(folder / "p.tblocks")


def refused(window: Any) -> set[tuple[str | None, str | None]]:
    """Return where the window shows that something was refused."""
    return {(p.block, p.pin) for p in window.panels.problems.problems if p.actual and p.actual.name}


def has_results(window: Any) -> bool:
    return bool(window.results.page("p").values)


def test_it_opens_without_them_and_asks_once(window: Any, user: User, qtbot: Any, home: Path) -> None:
    assert window.controllers.files.load(project(home))
    qtbot.waitUntil(lambda: len(user.asked) == 1)
    assert [(row.what, row.where, row.who) for row in user.asked[0]] == [
        ("reads", str(home / "w.npz"), "c.val"),
        ("reads", str(home / "s.npz"), "snapshot"),
        ("reads", str(home / "r.npz"), "results"),
    ]
    qtbot.waitUntil(lambda: refused(window) == {("c", "val"), (None, None)})
    assert not has_results(window)
    assert window.panels.snapshots.list.topLevelItem(0).text(3) == "not allowed"


def test_a_refused_project_saves_as_it_was(window: Any, user: User, qtbot: Any, home: Path) -> None:
    path = Path(project(home))
    window.controllers.files.load(str(path))
    assert window.controllers.files.save()
    saved, arrays = path.read_bytes(), (home / "w.npz").read_bytes()
    qtbot.waitUntil(lambda: len(user.asked) == 1)
    assert window.controllers.files.save()
    assert path.read_bytes() == saved
    (page,) = json.loads(saved)["pages"]
    assert page["blocks"][0]["pins"]["val"] == {"npz": "w.npz", "key": "w"}
    assert page["snapshots"] == {"s": {"npz": "s.npz"}}
    assert page["results"] == {"npz": "r.npz"}
    assert (home / "w.npz").read_bytes() == arrays


def test_after_a_yes_they_are_read_and_it_is_remembered(
    window: Any, user: User, qtbot: Any, home: Path
) -> None:
    path = project(home)
    user.answer = "always"
    window.controllers.files.load(path)
    qtbot.waitUntil(lambda: has_results(window))
    qtbot.waitUntil(lambda: refused(window) == set())
    window.controllers.files.load(path)
    qtbot.waitUntil(lambda: has_results(window))
    assert len(user.asked) == 1
    with qtbot.waitSignal(window.controllers.run_presenter.finished):
        window.action_set["run.run"].trigger()
    assert window.runner._get_engine().runs[-1].plan.problems == ()


def test_another_use_of_the_same_file_asks_again(window: Any, user: User, qtbot: Any, home: Path) -> None:
    path = project(home)
    user.answer = "always"
    window.controllers.files.load(path)
    qtbot.waitUntil(lambda: has_results(window))
    tree = json.loads(Path(path).read_text())
    tree["pages"][0]["blocks"].append(
        {"id": "d", "symbol": "Const", "pins": {"val": {"npz": "w.npz", "key": "w"}}}
    )
    Path(path).write_text(json.dumps(tree))
    window.controllers.files.load(path)
    qtbot.waitUntil(lambda: len(user.asked) == 2)
    assert [row.who for row in user.asked[1]] == ["c.val, d.val"]


def test_once_lasts_until_the_project_is_closed(window: Any, user: User, qtbot: Any, home: Path) -> None:
    path = project(home)
    user.answer = "once"
    window.controllers.files.load(path)
    qtbot.waitUntil(lambda: has_results(window))
    window.controllers.files.load(path)
    qtbot.waitUntil(lambda: len(user.asked) == 2)


def test_a_refusal_is_lifted_where_it_is_shown(window: Any, user: User, qtbot: Any, home: Path) -> None:
    window.controllers.files.load(project(home))
    qtbot.waitUntil(lambda: ("c", "val") in refused(window))
    problems = window.panels.problems
    problem = next(p for p in problems.problems if p.block == "c" and p.code == "refused-read")
    item = problems.list.topLevelItem(problems.shown().index(problem))
    assert item.text(3) == "Allow…"
    user.answer = "once"
    problems.list.itemClicked.emit(item, 3)
    qtbot.waitUntil(lambda: refused(window) == set() and has_results(window))


def test_a_refused_snapshot_asks_when_it_is_used(window: Any, user: User, qtbot: Any, home: Path) -> None:
    window.controllers.files.load(project(home))
    qtbot.waitUntil(lambda: len(user.asked) == 1)
    window.controllers.snapshots.go_back("s")
    assert len(user.asked) == 2
    assert window.runner.state_of("p") is None
    user.answer = "once"
    window.controllers.snapshots.go_back("s")
    qtbot.waitUntil(lambda: window.runner.state_of("p") is not None)


def test_what_the_program_itself_stores_takes_no_question(
    window: Any, user: User, qtbot: Any, home: Path
) -> None:
    """The user has asked for it; a file that is there is not written over, nor one that a link leads to."""
    window.controllers.files.load(project(home))
    qtbot.waitUntil(lambda: len(user.asked) == 1)
    (home / "p.mine.npz").symlink_to(home / "elsewhere.npz")
    with qtbot.waitSignal(window.controllers.snapshots.stored):
        window.controllers.snapshots.add({"v": tensor_of(np.ones(3, np.float32))}, 1, "mine")
    assert not (home / "elsewhere.npz").exists()
    window.controllers.snapshots.compare("mine", "mine")
    qtbot.waitUntil(lambda: len(window.controllers.snapshots.comparisons) == 1)
    assert len(user.asked) == 1


def test_what_lies_elsewhere_is_refused_until_it_is_allowed_at_the_pin(
    window: Any, user: User, qtbot: Any, tmp_path: Path
) -> None:
    """It is not asked about at the opening, as nothing outside is expected of a project."""
    (tmp_path / "in").mkdir()
    path = project(tmp_path / "in", "../out.npz")
    np.savez(tmp_path / "out.npz", w=np.zeros(3, np.float32))
    window.controllers.files.load(path)
    qtbot.waitUntil(lambda: refused(window) == {("c", "val")} and has_results(window))
    assert user.asked == []
    problem = next(p for p in window.panels.problems.problems if p.code == "refused-read")
    user.answer = "once"
    window.controllers.allow_problem(problem)
    assert [row.where for row in user.asked[0]] == [str(tmp_path / "out.npz")]
    qtbot.waitUntil(lambda: refused(window) == set())


def test_a_project_that_is_not_saved_reads_nothing_of_the_current_folder(
    window: Any, user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks that somebody sent may be pasted into one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.npz").touch()
    window.action_set["file.new"].trigger()
    files = window.runner.plans.files.at(Path.cwd())
    with pytest.raises(CompanionFault):
        files.path("w.npz")
