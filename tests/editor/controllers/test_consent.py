"""What a project asks for beyond its folder: asked once, remembered by content, taken back, refused at the pin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, AddWire, SetPin
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Wire
from app.document.resources.grants import Grants
from app.editor.controllers.consent import walls_text
from app.editor.runs.consents import Consents
from app.engine.analysis.asks import Ask
from app.engine.ipc.walls import WallsHeld
from blocks.assets import asset


class User:
    """Answers the questions of a window, and notes what was asked."""

    def __init__(self, window: Any) -> None:
        self.answer = "no"
        self.asked: list[list[Ask]] = []
        window.controllers.consent.ask = self._ask

    def _ask(self, folder: str, asks: Sequence[Ask], can_remember: bool) -> str:
        self.asked.append(list(asks))
        return self.answer if can_remember or self.answer != "always" else "once"


@pytest.fixture
def user(window: Any) -> User:
    return User(window)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    return folder


def page(*blocks: Block) -> Page:
    return Page(name="p", blocks={b.id: b for b in blocks})


def reader(path: Path) -> Block:
    return Block(id="r", symbol="ReadFile", pins={"filename": f'"{path}"'})


def saved(folder: Path, *blocks: Block) -> Path:
    folder.mkdir(exist_ok=True)
    Document(Project(pages=[page(*blocks)])).save(folder / "p.tblocks")
    return folder / "p.tblocks"


def run(window: Any, qtbot: Any) -> Any:
    """Run the page, with the question if there is one, and return the engine's last run."""
    with qtbot.waitSignal(window.controllers.run_presenter.finished):
        window.action_set["run.run"].trigger()
    return window.runner._get_engine().runs[-1] if window.runner._get_engine().runs else None


def test_what_lies_in_the_folder_is_not_asked_about(
    window: Any, user: User, qtbot: Any, tmp_path: Path
) -> None:
    writer = Block(id="w", symbol="WriteFile", pins={"filename": "out.txt", "contents": '"x"'})
    window.controllers.files.load(str(saved(tmp_path / "own", writer)))
    assert run(window, qtbot).request.grants == Grants()
    assert user.asked == []


def test_a_no_runs_nothing_and_says_so_at_the_pin(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    window.controllers.files.load(str(saved(tmp_path / "own", reader(outside / "a.txt"))))
    assert run(window, qtbot) is None
    ((ask,),) = user.asked
    assert (ask.capability, ask.where, ask.block, ask.pin) == (
        "read",
        str(outside / "a.txt"),
        "r",
        "filename",
    )
    found = {(p.code, p.block, p.pin) for p in window.panels.problems.problems}
    assert ("refused-read", "r", "filename") in found


def test_a_refusal_can_be_lifted_where_it_is_shown(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    window.controllers.files.load(str(saved(tmp_path / "own", reader(outside / "a.txt"))))
    run(window, qtbot)
    problems = window.panels.problems
    problem = next(p for p in problems.problems if p.code == "refused-read")
    row = problems.shown().index(problem)
    item = problems.list.topLevelItem(row)
    assert item.text(3) == "Allow…"
    user.answer = "once"
    with qtbot.waitSignal(window.controllers.run_presenter.finished):
        problems.list.itemClicked.emit(item, 3)
    (done,) = window.runner._get_engine().runs
    assert done.request.grants.read == (str(outside / "a.txt"),)


def test_an_answer_for_ever_is_remembered_for_the_same_content_only(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    path = saved(tmp_path / "own", reader(outside / "a.txt"))
    window.controllers.files.load(str(path))
    user.answer = "always"
    assert run(window, qtbot).request.grants.read == (str(outside / "a.txt"),)
    window.controllers.files.load(str(path))
    run(window, qtbot)
    assert len(user.asked) == 1
    window.document.apply(SetPin("p", "r", "filename", f'"{outside / "b.txt"}"'))
    user.answer = "no"
    run(window, qtbot)
    assert [ask.where for ask in user.asked[1]] == [str(outside / "b.txt")]


def test_an_answer_for_this_time_ends_with_the_document(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    path = saved(tmp_path / "own", reader(outside / "a.txt"))
    window.controllers.files.load(str(path))
    user.answer = "once"
    run(window, qtbot)
    run(window, qtbot)
    assert len(user.asked) == 1
    window.controllers.files.load(str(path))
    run(window, qtbot)
    assert len(user.asked) == 2
    assert Consents().answers() == []


def test_another_file_with_the_same_content_is_asked_about(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    user.answer = "always"
    for name in ("own", "other"):
        window.controllers.files.load(str(saved(tmp_path / name, reader(outside / "a.txt"))))
        run(window, qtbot)
    assert len(user.asked) == 2


def test_python_is_asked_about_again_when_its_file_changes(
    window: Any, user: User, qtbot: Any, tmp_path: Path
) -> None:
    path = saved(tmp_path / "own", Block(id="b", symbol="python:ops.py:f", pins={"x": "1"}))
    (path.parent / "ops.py").write_text("import near\ndef f(x: int) -> int:\n    return x\n")
    (path.parent / "near.py").write_text("")
    window.controllers.files.load(str(path))
    user.answer = "always"
    assert run(window, qtbot).request.grants.python
    run(window, qtbot)
    assert [ask.where for ask in user.asked[0]] == ["ops.py"]
    (path.parent / "near.py").write_text("x = 1\n")
    run(window, qtbot)
    assert len(user.asked) == 2


def test_an_imported_page_is_asked_like_any_other(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    writer = Block(id="w", symbol="WriteFile", pins={"filename": "out.txt", "contents": '"x"'})
    document = Document(Project(pages=[page(reader(outside / "a.txt"), writer)]))
    document.source_folder = tmp_path / "pages"
    document.source_folder.mkdir()
    document.imported = [object()]
    window.controllers.files.show(document, str(tmp_path / "pages" / "page.svg"), remember=False)
    run(window, qtbot)
    assert [[ask.block for ask in asks] for asks in user.asked] == [["r"]]


@pytest.mark.parametrize("sample", sorted(asset("samples").glob("*.tblocks")), ids=lambda path: path.stem)
def test_samples_are_not_asked_about(window: Any, user: User, qtbot: Any, sample: Path) -> None:
    document = Document.copy_of(sample)
    for drawn in document.project.pages:
        drawn.run = RunSettings(steps=1)
    window.controllers.files.show(document, str(sample), remember=False)
    run(window, qtbot)
    assert user.asked == []


def test_a_copy_of_a_sample_writes_nothing_beside_it(window: Any, user: User, qtbot: Any) -> None:
    document = Document.copy_of(asset("samples", "matrix_product.tblocks"))
    window.controllers.files.show(document, "sample", remember=False)
    name, pins = document.project.pages[0].name, {"filename": "out.txt", "contents": '"x"'}
    document.apply(AddBlocks(name, [Block(id="w", symbol="WriteFile", pins=pins)]))
    document.apply(
        AddWire(name, Wire(source=PinRef("w", "operation"), target=PinRef("session", "run_outputs")))
    )
    run(window, qtbot)
    assert [(ask.capability, ask.block) for ask in user.asked[0]] == [("write", "w")]


def test_a_project_that_is_not_saved_has_no_folder_of_its_own(
    window: Any, user: User, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    writer = Block(id="w", symbol="WriteFile", pins={"filename": '"out.txt"', "contents": '"x"'})
    window.context.set_document(Document(Project(pages=[page(writer)])))
    run(window, qtbot)
    assert [(ask.capability, ask.where) for ask in user.asked[0]] == [("write", str(tmp_path / "out.txt"))]


def test_what_was_allowed_is_listed_and_taken_back(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.editor.widgets.consent_dialog import AllowedDialog

    path = saved(tmp_path / "own", reader(outside / "a.txt"))
    window.controllers.files.load(str(path))
    user.answer = "always"
    run(window, qtbot)
    rows: list[str] = []

    def take_back(dialog: AllowedDialog) -> int:
        rows.extend(dialog.list.topLevelItem(0).text(column) for column in range(2))
        dialog.list.topLevelItem(0).setSelected(True)
        dialog.take_back.click()
        return 0

    monkeypatch.setattr(AllowedDialog, "exec", take_back)
    window.action_set["file.allowed"].trigger()
    assert rows == ["reads", str(outside / "a.txt")]
    assert Consents().answers() == []
    run(window, qtbot)
    assert len(user.asked) == 2


def test_a_page_that_runs_on_is_not_asked_again(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    window.controllers.files.load(str(saved(tmp_path / "own", reader(outside / "a.txt"))))
    user.answer = "once"
    run(window, qtbot)
    with qtbot.waitSignal(window.controllers.run_presenter.finished):
        window.action_set["run.step"].trigger()
    assert len(user.asked) == 1


def test_a_refusal_can_be_lifted_in_the_blocks_menu(
    window: Any, user: User, qtbot: Any, tmp_path: Path, outside: Path
) -> None:
    from PySide6.QtWidgets import QMenu

    window.controllers.files.load(str(saved(tmp_path / "own", reader(outside / "a.txt"))))
    run(window, qtbot)
    menu = QMenu()
    menu.addAction("Cut")
    window.controllers.consent.head_menu(menu, "block", "r")
    assert [action.text() for action in menu.actions()] == ["Allow…", "Cut"]


def test_the_window_says_wall_by_wall_what_holds_a_run() -> None:
    """As long as nothing has run it is not known: the walls are tried from within."""
    assert "first run" in walls_text(None)
    whole = walls_text(WallsHeld(files=True, network=True, processes=True))
    assert "files, the network, other processes" in whole
    assert "No wall" not in whole
    part = walls_text(WallsHeld(files=True, why="too old"))
    assert "from: files." in part
    assert "No wall holds it from: the network, other processes (too old)." in part
