"""A plan that follows an edit is that of the page made anew, with Python blocks on it and with files that change."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.document.model.diagram import Block, Page
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from tests.support.pages import page

OPS = (
    'import near\ndef scale(x: "float32 [?]", factor: float = 2.0) -> "float32 [?]":\n    return x * factor\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ops.py").write_text(OPS)
    (tmp_path / "near.py").write_text("")
    return tmp_path


def with_text(made: Page, block: str, pin: str, text: str) -> Page:
    old = made.blocks[block]
    new: Block = replace(old, pins={**old.pins, pin: text})
    return replace(made, blocks={**made.blocks, block: new})


def test_texts_of_python_blocks_are_followed(folder: Path) -> None:
    made = page(
        {"c": ("Const", {"val": "{1.0f,2.0f}"}), "b": "python:ops.py:scale", "n": "Neg"},
        "c.output -> b.x\nb.output -> n.x",
    )
    planner = Planner()
    assert planner.plan(made, folder) == make_plan(made, folder)
    for block, pin, text in (
        ("b", "factor", "3"),
        ("c", "val", "{5.0f}"),
        ("c", "val", "{5}"),
        ("b", "factor", "x"),
    ):
        made = with_text(made, block, pin, text)
        assert planner.plan(made, folder) == make_plan(made, folder)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("ops.py", OPS.replace("x * factor", "x")),
        ("ops.py", OPS.replace("factor: float", "by: float")),
        ("ops.py", "def scale(:"),
        ("near.py", "VALUE = 1\n"),
    ],
)
def test_files_are_followed(folder: Path, file: str, text: str) -> None:
    made = page({"b": ("python:ops.py:scale", {"x": "{1,2}", "factor": "3"})})
    planner = Planner()
    first = planner.plan(made, folder)
    (folder / file).write_text(text)
    second = planner.plan(made, folder)
    assert second == make_plan(made, folder)
    assert second != first
