"""Python blocks in the window: in the palette and on the page, following their files, made from a template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QInputDialog

from app.document.editing.edits import AddBlocks, AddWire
from app.document.model.diagram import Block, PinRef, Wire
from app.editor.properties.block_form import BlockForm

BLUR = (
    'def blur(image: "float32 [?, ?, 3]", sigma: float = 1.0) -> "float32 [?, ?, 3]":\n    """Blur it."""\n'
)
SYMBOL = "python:blur.py:blur"
FILE = """{
  "format": "tensorblocks",
  "version": 2,
  "pages": [
    {
      "name": "first",
      "scope": {"device": "", "seed": null},
      "run": {"steps": 1},
      "blocks": [
        {"id": "a", "symbol": "Const", "at": [0, 0], "pins": {"val": "{{{1.0f,2,3}}}"}},
        {"id": "b", "symbol": "python:blur.py:blur", "at": [200, 0], "pins": {"sigma": "2"}}
      ],
      "wires": [
        ["a.output", "b.image"]
      ]
    }
  ]
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "blur.py").write_text(BLUR)
    (folder / "p.tblocks").write_text(FILE)
    return folder / "p.tblocks"


def opened(window: Any, project: Path, qtbot: Any) -> Any:
    """Open the project and wait until its Python blocks are known."""
    with qtbot.waitSignal(window.controllers.python_blocks.found):
        window.controllers.files.load(str(project))
    return window


def inputs(window: Any, block: str) -> list[str]:
    return [p.name for p in window.context.canvas.items.blocks[block].shape_plan.left]


def own_section(window: Any) -> list[str]:
    model = window.panels.palette.model
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    own = next((row for row in rows if row.data() == "This project"), None)
    return [] if own is None else [model.index(r, 0, own).data() for r in range(model.rowCount(own))]


def test_it_stands_in_the_palette_and_in_the_search(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    assert own_section(window) == ["blur (blur.py)"]
    assert window.context.catalog.search("blur")[0] == SYMBOL
    window.place_symbol(SYMBOL)
    assert window.context.page.blocks["blur"].symbol == SYMBOL


def test_a_block_of_the_file_has_its_pins_types_and_help(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    assert inputs(window, "b") == ["scope", "image", "sigma"]
    assert len(window.context.canvas.items.wires) == 1
    window.context.go_to("b")
    window.refresh_selection()
    form = window.panels.properties.form
    assert isinstance(form, BlockForm)
    assert list(form.pins) == ["image", "sigma"]
    qtbot.waitUntil(lambda: form.help_text is not None)  # it follows in a turn of its own
    assert form.help_text is not None
    assert "Blur it." in form.help_text.toPlainText()


def test_it_follows_its_file(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    (project.parent / "blur.py").write_text(BLUR.replace("sigma: float", "radius: float"))
    qtbot.waitUntil(lambda: inputs(window, "b") == ["scope", "image", "radius"])
    assert window.context.page.blocks["b"].pins == {"sigma": "2"}  # what was typed stays


def test_a_file_that_was_rewritten_makes_results_stale(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    edited: list[tuple[str, bool]] = []
    window.context.page_edited.connect(lambda page, stale: edited.append((page, stale)))
    (project.parent / "blur.py").write_text(BLUR + "    return image\n")
    qtbot.waitUntil(lambda: bool(edited))
    assert edited == [("first", True)]


def test_a_file_that_goes_leaves_a_placeholder_and_comes_back(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    file = project.parent / "blur.py"
    file.rename(file.with_suffix(".away"))
    qtbot.waitUntil(lambda: window.context.canvas.items.blocks["b"].shape_plan.style == "unknown")
    assert len(window.context.canvas.items.wires) == 1
    assert own_section(window) == []
    file.with_suffix(".away").rename(file)
    qtbot.waitUntil(lambda: inputs(window, "b") == ["scope", "image", "sigma"])
    window.action_set["file.save"].trigger()
    assert project.read_text() == FILE


def test_edits_of_such_blocks_undo(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    document = window.document
    with document.group("two"):
        document.apply(AddBlocks("first", [Block(id="c", symbol=SYMBOL)]))
        document.apply(AddWire("first", Wire(source=PinRef("b", "output"), target=PinRef("c", "image"))))
    assert len(window.context.canvas.items.wires) == 2
    document.undo()
    assert list(window.context.canvas.items.blocks) == ["a", "b"]
    assert not document.is_modified


def test_a_new_one_from_the_menu(
    window: Any, project: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(window, project, qtbot)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("tripled", True))
    window.action_set["edit.add_python"].trigger()
    text = (project.parent / "tripled.py").read_text()
    assert "def tripled(x:" in text
    assert window.context.page.blocks["tripled"].symbol == "python:tripled.py:tripled"
    assert inputs(window, "tripled") == ["scope", "x", "factor"]


def test_what_is_written_while_it_is_looked_at_is_followed(
    window: Any, project: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may be saved after it was read, and before the system is asked to watch it."""
    opened(window, project, qtbot)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("tripled", True))
    window.action_set["edit.add_python"].trigger()
    (project.parent / "tripled.py").write_text("def tripled(other: float) -> float:\n    return 3 * other\n")
    qtbot.waitUntil(lambda: inputs(window, "tripled") == ["scope", "other"])


@pytest.mark.parametrize("name", ["blur", "two words", "class", "_hidden", "../up", "9"])
def test_a_name_that_cannot_be_taken_changes_nothing(
    window: Any, project: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    opened(window, project, qtbot)
    said: list[str] = []
    monkeypatch.setattr(window.context, "show_message", lambda title, text: said.append(title))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (name, True))
    before = sorted(project.parent.iterdir())
    window.action_set["edit.add_python"].trigger()
    assert said == ["No Python block was made"]
    assert sorted(project.parent.iterdir()) == before
    assert (project.parent / "blur.py").read_text() == BLUR
    assert not window.document.is_modified


def test_an_unsaved_project_has_no_place_for_one(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    window.action_set["file.new"].trigger()
    said: list[str] = []
    monkeypatch.setattr(window.context, "show_message", lambda title, text: said.append(title))
    window.action_set["edit.add_python"].trigger()
    assert said == ["The project is not saved"]


def test_what_a_placed_block_imports_is_followed_too(window: Any, project: Path, qtbot: Any) -> None:
    folder = project.parent
    (folder / "other.py").write_text("import near\ndef other(x: int) -> int:\n    return x\n")
    (folder / "near.py").write_text("")
    opened(window, project, qtbot)
    window.document.apply(AddBlocks("first", [Block(id="o", symbol="python:other.py:other")]))
    near = str(folder / "near.py")
    qtbot.waitUntil(lambda: near in window.controllers.python_blocks._watcher.files())
    edited: list[tuple[str, bool]] = []
    window.context.page_edited.connect(lambda page, stale: edited.append((page, stale)))
    (folder / "near.py").write_text("x = 1\n")
    qtbot.waitUntil(lambda: ("first", True) in edited)


def test_copied_blocks_are_pasted(window: Any, project: Path, qtbot: Any) -> None:
    opened(window, project, qtbot)
    window.context.go_to("b")
    qtbot.waitUntil(window.action_set["edit.copy"].isEnabled)
    window.action_set["edit.copy"].trigger()
    window.action_set["edit.paste"].trigger()
    pasted = [b for b in window.context.page.blocks.values() if b.symbol == SYMBOL]
    assert [b.pins for b in pasted] == [{"sigma": "2"}] * 2
    assert inputs(window, pasted[1].id) == ["scope", "image", "sigma"]
