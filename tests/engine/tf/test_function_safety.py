"""What functions may touch is judged as on the page itself: names that are typed, and names that are computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.diagram import Page
from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground
from app.engine.analysis.touches import refusals_of, touches_of
from app.engine.host.engine import Engine
from tests.support.function_pages import named, planned, run_of
from tests.support.pages import plain

READ = named(
    "read it",
    {"name": "Argument", "read": "ReadFile", "text": "Result"},
    "name.output -> read.filename \n read.contents -> text.input",
)
TYPED = named(
    "read that",
    {"x": "Argument", "read": ("ReadFile", {"filename": "/etc/hostname"}), "text": "Result"},
    "read.contents -> text.input",
)


def calling(name: str, symbol: str, text: str) -> Page:
    """Return a page that passes a text to the page ``name``."""
    if symbol == "MapDataset":
        blocks = {
            "names": ("TensorSliceDataset", {"components": f'{{"{text}"}}'}),
            "call": ("MapDataset", {"f": name}),
            "iterator": "IteratorV2",
            "make": "MakeIterator",
            "begin": ("ClientSession", {"once": "true"}),
            "next": "IteratorGetNext",
            "session": "ClientSession",
        }
        wires = """names.handle -> call.input_dataset
            call.handle -> make.dataset
            iterator.handle -> make.iterator
            make.operation -> begin.run_outputs
            iterator.handle -> next.iterator
            next.components -> session.fetch_outputs"""
        return named("main", blocks, wires)
    blocks = {
        "name": ("Const", {"val": f'"{text}"'}),
        "call": (symbol, {"f": name}),
        "session": "ClientSession",
    }
    return named("main", blocks, "name.output -> call.args \n call.output -> session.fetch_outputs")


def test_a_name_that_is_typed_in_a_body_is_known_before_the_run(tmp_path: Path) -> None:
    plan = planned(calling("read that", "PartitionedCall", "x"), TYPED, folder=tmp_path)
    assert [(t.block, t.pin, t.op, t.name) for t in touches_of(plan)] == [
        ("call/read", "filename", "ReadFile", "/etc/hostname")
    ]
    (problem,) = refusals_of(plan, Bounds(Ground.of(tmp_path), Grants()))
    assert (problem.code, problem.block, problem.pin) == ("refused-read", "call/read", "filename")


@pytest.mark.parametrize("symbol", ["PartitionedCall", "StatefulPartitionedCall", "MapDataset"])
def test_a_name_that_is_computed_is_judged_in_the_run(engine: Engine, tmp_path: Path, symbol: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.txt").write_text("inside")
    (tmp_path / "secret.txt").write_text("outside")
    result = run_of(engine, calling("read it", symbol, "a.txt"), READ, folder=folder)
    key = "next.components" if symbol == "MapDataset" else "call.output"
    assert plain(result.results[key]) == [b"inside"]
    result = run_of(engine, calling("read it", symbol, str(tmp_path / "secret.txt")), READ, folder=folder)
    assert not result.ok
    assert [(p.code, p.block, p.pin) for p in result.problems] == [("refused-read", "call/read", "filename")]
