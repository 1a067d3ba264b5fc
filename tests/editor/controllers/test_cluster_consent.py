"""A page that names a cluster connects to nothing before the user has allowed it, and gets no network by that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.document.editing.document import Document
from app.document.editing.edits import SetDevice, SetRun
from app.document.model.diagram import Block, Page, Project, RunSettings
from tests.editor.controllers.test_consent import User, run

_TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def user(window: Any) -> User:
    return User(window)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A saved project with a cluster's file beside it."""
    folder = tmp_path / "own"
    folder.mkdir()
    block = Block(id="c", symbol="Const", pins={"val": "1"}, device="/job:worker/task:1")
    page = Page(name="p", blocks={"c": block}, run=RunSettings(cluster="lab.json"))
    Document(Project(pages=[page])).save(folder / "p.tblocks")
    (folder / "token.txt").write_text(_TOKEN)
    (folder / "token.txt").chmod(0o600)
    write_cluster(folder, "10.0.0.1:7100", "10.0.0.2:7100")
    return folder / "p.tblocks"


def write_cluster(folder: Path, *workers: str) -> None:
    tree = {"cluster": {"worker": list(workers)}, "token": "token.txt"}
    (folder / "lab.json").write_text(json.dumps(tree))


def test_a_no_runs_nothing_and_says_so(window: Any, user: User, qtbot: Any, project: Path) -> None:
    window.controllers.files.load(str(project))
    assert run(window, qtbot) is None
    ((ask,),) = user.asked
    assert (ask.capability, ask.where) == ("net", "lab.json: 10.0.0.1:7100, 10.0.0.2:7100")
    assert ("refused-net", None) in {(p.code, p.block) for p in window.panels.problems.problems}


def test_a_yes_hands_the_cluster_to_the_run_and_no_network_to_the_page(
    window: Any, user: User, qtbot: Any, project: Path
) -> None:
    """The answer is remembered for these addresses: others ask again."""
    user.answer = "always"
    window.controllers.files.load(str(project))
    request = run(window, qtbot).request
    assert request.cluster.cluster.names == ("/job:worker/task:0", "/job:worker/task:1")
    assert request.cluster.token == _TOKEN.encode()
    assert not request.grants.net
    run(window, qtbot)
    assert len(user.asked) == 1
    write_cluster(project.parent, "10.0.0.1:7100", "192.0.2.9:7100")
    run(window, qtbot)
    assert len(user.asked) == 2


def test_a_cluster_that_is_none_is_a_problem_and_no_question(
    window: Any, user: User, qtbot: Any, project: Path
) -> None:
    (project.parent / "lab.json").write_text("{}")
    window.controllers.files.load(str(project))
    assert run(window, qtbot) is None
    assert user.asked == []
    assert "bad-cluster" in {p.code for p in window.panels.problems.problems}


def test_the_status_names_the_cluster_of_a_run(window: Any, user: User, qtbot: Any, project: Path) -> None:
    user.answer = "once"
    window.controllers.files.load(str(project))
    run(window, qtbot)
    assert "on lab.json" in window.status.run.text()
    window.context.apply(SetRun("p", RunSettings()))


def test_devices_are_chosen_from_the_cluster_s_tasks_or_typed(window: Any, qtbot: Any, project: Path) -> None:
    """The file is read in the background; what is typed stays as it is."""
    window.controllers.files.load(str(project))
    form = window.panels.properties.form
    names = ["", "/job:worker/task:0", "/job:worker/task:1"]
    qtbot.waitUntil(lambda: [form.device.itemText(i) for i in range(form.device.count())] == names)
    form.device.setCurrentIndex(2)
    form.device.activated.emit(2)
    assert window.context.page.scope.device == "/job:worker/task:1"
    window.tabs.current_canvas().selection.choose_ids(["c"])
    qtbot.waitUntil(lambda: getattr(window.panels.properties.form, "block_id", "") == "c")
    field = window.panels.properties.form.device_field
    assert field.text() == "/job:worker/task:1"
    assert [field.itemText(i) for i in range(field.count())] == names
    window.context.apply(SetRun("p", RunSettings()))
    qtbot.waitUntil(lambda: field.itemText(1) == "/cpu:0")


def test_devices_that_a_run_has_found_there_are_offered_too(window: Any, qtbot: Any, project: Path) -> None:
    """Until the cluster's file says something else."""
    window.controllers.files.load(str(project))
    offered = window.context.devices
    qtbot.waitUntil(lambda: len(offered.of("lab.json", project.parent)) == 2)
    window.runner.devices_seen.emit("lab.json", project.parent, ("/job:worker/task:1/gpu:0",))
    assert offered.of("lab.json", project.parent)[2:] == ("/job:worker/task:1/gpu:0",)
    field = window.panels.properties.form.device
    assert field.itemText(field.count() - 1) == "/job:worker/task:1/gpu:0"
    write_cluster(project.parent, "10.0.0.9:7100")
    with qtbot.waitSignal(offered.changed):
        offered.look("lab.json", project.parent)
    assert offered.of("lab.json", project.parent) == ("/job:worker/task:0",)


def test_a_device_that_the_cluster_does_not_have_glows_before_any_run(
    window: Any, qtbot: Any, project: Path
) -> None:
    window.controllers.files.load(str(project))
    problems = window.panels.problems
    qtbot.waitUntil(lambda: bool(window.context.devices.of("lab.json", project.parent)))
    assert problems.problems == []
    window.context.apply(SetDevice("p", "c", "/job:worker/task:7"))
    qtbot.waitUntil(lambda: [(p.code, p.block) for p in problems.problems] == [("bad-attr-value", "c")])
    window.document.undo()
    qtbot.waitUntil(lambda: not problems.problems)
