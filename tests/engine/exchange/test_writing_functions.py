"""Models whose branches and loops change Variables go on as TensorFlow's do: the same bits, step after step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.document.model.diagram import Page
from tests.support.model_runs import converted, run_page
from tests.support.writing_models import MODELS, Averaging, Counting, Training, called, save

STEPS = 3


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder for a project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_a_model_goes_on_step_after_step(kind: Any, tmp_path: Path, place: Path) -> None:
    save(kind(), tmp_path / "model")
    expected = called(tmp_path / "model", kind.feeds, STEPS)
    made = converted(tmp_path / "model", place)
    assert [p for one in made.pages for p in one.problems if p.severity != "info"] == []
    for steps in (1, STEPS):
        found = run_page(made, place, kind.feeds, "serving_default", steps)
        assert found.keys() == expected[0].keys()
        for name, array in expected[steps - 1].items():
            assert found[name].tobytes() == array.tobytes(), name


def test_a_branch_that_is_not_taken_changes_nothing(tmp_path: Path, place: Path) -> None:
    """The other branch passes the Variables on as they are."""
    save(Averaging(), tmp_path / "model")
    made = converted(tmp_path / "model", place)
    feeds = {**Averaging.feeds, "training": Averaging.feeds["training"] & False}
    expected = called(tmp_path / "model", feeds, 2)[-1]
    found = run_page(made, place, feeds, "serving_default", 2)
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: array.tobytes() for name, array in expected.items()
    }
    assert found["steps"].tolist() == 0


def test_bodies_are_pages_that_write_the_variables_they_are_given(tmp_path: Path, place: Path) -> None:
    """The body of a loop gives each Variable on; it holds none itself."""
    save(Counting(), tmp_path / "model")
    pages = {one.page.name: one.page for one in converted(tmp_path / "model", place).pages}
    body = pages["while_body"]
    assert sorted(_symbols(body, "Assign")) == ["AssignAdd", "AssignAdd"]
    assert "Variable" not in _symbols(body, "")
    assert len(_symbols(body, "Argument")) == len(_symbols(body, "Result"))
    assert len(_symbols(pages["serving_default"], "Variable")) == 3


def test_an_optimizer_in_a_loop_keeps_its_ops(tmp_path: Path, place: Path) -> None:
    """Its state is given to the body by reference, as that of any other Variable."""
    save(Training(), tmp_path / "model")
    made = converted(tmp_path / "model", place)
    symbols = {block.symbol for one in made.pages for block in one.page.blocks.values()}
    assert {"While", "AssignSub", "Variable"} <= symbols
    assert not any(symbol.startswith(("Resource", "raw.Resource", "ReadVariableOp")) for symbol in symbols)


def _symbols(page: Page, begin: str) -> list[str]:
    return [block.symbol for block in page.blocks.values() if block.symbol.startswith(begin)]
