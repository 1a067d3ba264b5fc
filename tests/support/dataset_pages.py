"""Pages that take the elements of a dataset, functions for datasets, and what tf.data gives of the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.document.model.diagram import Page
from app.engine.host.engine import Engine
from tests.support.function_pages import named, run_of
from tests.support.pages import plain

_MOST = 59  # elements


def reading(blocks: dict[str, Any], wires: str, *, next_of: str = "last.handle") -> Page:
    """Return a page that takes one element of a dataset in each step."""
    more = {
        "iterator": "IteratorV2",
        "make": "MakeIterator",
        "begin": ("ClientSession", {"once": "true"}),
        "next": "IteratorGetNext",
        "session": "ClientSession",
    }
    return named(
        "main",
        {**blocks, **more},
        f"""{wires}
        {next_of} -> make.dataset
        iterator.handle -> make.iterator
        make.operation -> begin.run_outputs
        iterator.handle -> next.iterator
        next.components -> session.fetch_outputs
        """,
    )


def elements(engine: Engine, main: Page, *others: Page, folder: Path | str = ".") -> list[Any]:
    """Return the elements of a dataset, one list of tensors each; of an endless one the first."""
    found: list[Any] = []
    for steps in range(1, _MOST + 1):
        result = run_of(engine, main, *others, folder=folder, steps=steps)
        assert result.ok, [(p.block, p.sentence) for p in result.problems]
        if result.steps < steps:
            break
        found.append(plain(result.results["next.components"]))
    return found


def expected(dataset: Any) -> list[Any]:
    """Return what tf.data gives."""
    return [
        [t.numpy().tolist() for t in (one if isinstance(one, tuple) else (one,))]
        for one in dataset.take(_MOST)
    ]


def function(name: str, blocks: dict[str, Any], wires: str, *arguments: str) -> Page:
    """Return a page that is called with these Arguments and gives one Result."""
    return named(name, {**dict.fromkeys(arguments, "Argument"), **blocks, "y": "Result"}, wires)


NUMBERS = ("RangeDataset", {"start": "0", "stop": "6", "step": "1"})
SQUARE = function("square", {"s": "Square"}, "x.output -> s.x \n s.y -> y.input", "x")
ADD = function("add", {"a": "AddV2"}, "s.output -> a.x \n x.output -> a.y \n a.z -> y.input", "s", "x")
