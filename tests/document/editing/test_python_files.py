"""Python files go with their blocks to another folder, with the local files that they import; a template begins one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.editing.python_template import new_python_block
from app.document.editing.relocation import move_of, move_of_blocks, relocate
from app.document.model.diagram import Project
from app.document.resources.python_blocks import PythonBlocks, blocks_in
from app.document.storage.errors import FileProblem
from blocks.catalog import load
from tests.support.pages import page


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "ops").mkdir(parents=True)
    new.mkdir()
    (old / "ops" / "blur.py").write_text("import near\ndef blur(x: int) -> int: ...\n")
    (old / "ops" / "near.py").write_text("")
    (old / "other.py").write_text("")
    return old, new


def test_the_files_of_python_blocks_go_along(folders: tuple[Path, Path]) -> None:
    old, new = folders
    made = page({"b": "python:ops/blur.py:blur", "c": ("Const", {"val": "1"})})
    move = move_of(Project(pages=[made]), load(), old, new)
    assert (move.names, move.replaced) == (["ops/blur.py", "ops/near.py"], [])
    assert move_of_blocks(made, load(), old, new).names == move.names
    relocate(move, old, new)
    assert blocks_in(new / "ops") == ["python:blur.py:blur"]
    assert move_of(Project(pages=[made]), load(), old, new).names == []


def test_a_file_with_other_content_is_named_before_it_is_replaced(folders: tuple[Path, Path]) -> None:
    old, new = folders
    (new / "ops").mkdir()
    (new / "ops" / "near.py").write_text("mine = 1\n")
    made = page({"b": "python:ops/blur.py:blur"})
    assert move_of(Project(pages=[made]), load(), old, new).replaced == ["ops/near.py"]


def test_the_template_is_a_block_as_it_stands(tmp_path: Path) -> None:
    symbol = new_python_block("my_block", tmp_path)
    made = PythonBlocks.named([str(symbol)], tmp_path)
    assert made.unfit == {}
    assert made.functions[str(symbol)].help.startswith("Multiply all numbers")


@pytest.mark.parametrize("name", ["my block", "9lives", "def", "_mine", "a.b", "../a", "ä", ""])
def test_a_name_that_no_function_can_have_writes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileProblem):
        new_python_block(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("x = 1\n")
    with pytest.raises(FileProblem):
        new_python_block("mine", tmp_path)
    assert (tmp_path / "mine.py").read_text() == "x = 1\n"
