"""Libraries in the window: their pages are in the palette and on the page, and follow their file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.document.editing.edits import SetLibraries
from app.document.model.diagram import Project
from app.document.model.problems import error
from app.document.model.sentence import say
from app.document.storage.writer import dumps
from blocks.requirement import Actual
from tests.support.function_pages import named, twice


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "common.tblocks").write_bytes(dumps(Project(pages=[twice()])))
    main = named("main", {"c": ("Const", {"val": "1.0f"}), "u": "library:com/twice"}, "c.output -> u.x")
    path = folder / "p.tblocks"
    path.write_bytes(dumps(Project(pages=[main], libraries={"com": "common.tblocks"})))
    return path


def opened(window: Any, project: Path, qtbot: Any) -> Any:
    """Open the project and wait until its libraries are known."""
    with qtbot.waitSignal(window.controllers.python_blocks.found):
        window.controllers.files.load(str(project))
    return window


def inputs(window: Any) -> list[str]:
    return [p.name for p in window.context.canvas.items.blocks["u"].shape_plan.left]


def test_a_page_of_a_library_has_its_pins_and_is_in_the_palette(
    window: Any, project: Path, qtbot: Any
) -> None:
    opened(window, project, qtbot)
    assert inputs(window) == ["scope", "x"]
    model = window.panels.palette.model
    assert "Library com" in [model.index(row, 0).data() for row in range(model.rowCount())]


def test_the_block_follows_the_file_of_the_library(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    other = named("twice", {"x": "Argument", "more": "Argument", "y": "Result"}, "x.output -> y.input")
    with qtbot.waitSignal(window.controllers.python_blocks.found):
        (project.parent / "common.tblocks").write_bytes(dumps(Project(pages=[other])))
        os.utime(project.parent / "common.tblocks", (1, 1))
    assert inputs(window) == ["scope", "x", "more"]


def test_a_library_that_the_project_takes_up_is_read(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    with qtbot.waitSignal(window.controllers.python_blocks.found):
        window.context.document.apply(SetLibraries({"l": "tensorblocks:layers"}))
    assert window.context.catalog.get("library:l/dense") is not None
    assert window.context.catalog.get("library:com/twice") is None


def test_a_library_elsewhere_is_read_once_that_is_allowed(
    window: Any, project: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.parent / "common.tblocks").rename(project.parent.parent / "common.tblocks")
    project.write_bytes(project.read_bytes().replace(b'"common.tblocks"', b'"../common.tblocks"'))
    with qtbot.waitSignal(window.controllers.companions.known):
        window.controllers.files.load(str(project))
    companions = window.controllers.companions
    actual = Actual(name="library:com/twice")
    problem = error("refused-read", say("companion.elsewhere", file="../common.tblocks"), "u", actual=actual)
    assert companions.may_allow(problem)
    rows: list[Any] = []
    monkeypatch.setattr(companions, "ask", lambda folder, asked, can: rows.extend(asked) or "once")
    with qtbot.waitSignal(window.controllers.python_blocks.found):
        assert companions.allow()
    assert [row.where for row in rows] == [str(project.parent.parent / "common.tblocks")]
    assert window.context.catalog.get("library:com/twice") is not None
    assert not companions.may_allow(problem)
