"""A page that goes out as a SavedModel and comes in again gives the same bits."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from app.document.formats.registry import open_project
from app.document.model.function_page import is_function_page
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.host.models import convert_model
from app.engine.values.results import TensorValue
from app.messages import message_of
from blocks.assets import asset
from tests.support.fed_examples import give_examples
from tests.support.function_pages import planned
from tests.support.model_exports import exported, value_bits

_STEPS = 3
# Arrays and random numbers, a dataset that is begun once, a loop, several sessions, a branch, an input.
SAMPLES = ["digits", "measurements", "newton", "queue_and_reader", "switch_and_merge", "placeholder_feed"]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str, engine: Engine, tmp_path: Path) -> None:
    path = asset("samples", f"{name}.tblocks")
    pages = open_project(path).project.pages
    one = next(one for one in pages if not is_function_page(one))
    steps = min(one.run.steps or 1, _STEPS)
    plan = planned(one, *pages, folder=path.parent, seed=one.scope.seed or 1)
    sent = exported(engine, plan, one, path.parent, tmp_path / "model", steps)
    folder = tmp_path / "project"
    shutil.copytree(
        path.parent, folder, ignore=shutil.ignore_patterns("*.tblocks")
    )  # the files that it reads
    back, *others = convert_model(engine, sent.model, folder / "back.tblocks").loaded.project.pages
    give_examples(one, back)
    again = planned(back, *others, folder=folder)
    assert not again.stops, [message_of(p) for p in again.problems]
    result = engine.run(again, folder, RunRequest(steps=steps))
    assert result.ok, [message_of(p) for p in result.problems]
    given = Counter(value_bits(value) for value in result.results.values() if isinstance(value, TensorValue))
    assert not Counter(sent.expected.values()) - given
