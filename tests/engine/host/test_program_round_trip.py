"""A page that goes out as a program of Python and comes in again as the SavedModel of that gives the same bits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.opening import Opened, open_file, pages_to_run
from app.cli.planning import plan_page
from app.engine.exchange.python_writer.program import python_program
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.host.models import convert_model
from app.engine.values.results import ListValue, TensorValue, Value
from app.messages import message_of
from blocks.assets import asset
from tests.support.fed_examples import give_examples
from tests.support.function_pages import planned
from tests.support.model_exports import value_bits

_STEPS = 3
# Training by hand and by gradients, arrays, uses of a page, a While block, an input, an image.
SAMPLES = [
    "xor",
    "symbolic_gradients",
    "digits",
    "layers",
    "newton",
    "placeholder_feed",
    "crop_and_resize_grad",
]
_SCRIPT = Path(__file__).parents[2] / "support/saved_programs.py"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All samples as programs, and the SavedModels that these made of themselves in one process."""
    folder = tmp_path_factory.mktemp("programs")
    found = {name: folder / f"{name}_model" for name in SAMPLES}
    arguments: list[str] = []
    for name, model in found.items():
        opened = _sample(name)
        [page] = pages_to_run(opened.project)
        plan = plan_page(page, opened, seed=page.scope.seed or 1).plan
        out = folder / f"{name}.py"
        program = python_program(plan, page, opened.folder, {}, "v2", out)
        assert not program.problems
        program.write(out)
        arguments += [str(out), str(model)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, str(_SCRIPT), *arguments], env=environment, timeout=300, check=True)
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str, models: dict[str, Path], engine: Engine, tmp_path: Path) -> None:
    """Each value that the sample shows after some steps is among those that the page of the model shows."""
    opened = _sample(name)
    [page] = pages_to_run(opened.project)
    folder = tmp_path / "project"
    shutil.copytree(opened.folder, folder, ignore=shutil.ignore_patterns("*.tblocks"))
    steps = min(page.run.steps or 1, _STEPS)
    before = engine.run(
        plan_page(page, opened, seed=page.scope.seed or 1).plan, opened.folder, RunRequest(steps=steps)
    )
    assert before.ok, [message_of(p) for p in before.problems]
    back, *others = convert_model(engine, models[name], folder / "back.tblocks").loaded.project.pages
    give_examples(page, back)
    again = planned(back, *others, folder=folder)
    assert not again.stops, [message_of(p) for p in again.problems]
    result = engine.run(again, folder, RunRequest(steps=steps))
    assert result.ok, [message_of(p) for p in result.problems]
    assert not Counter(_bits(before.results)) - Counter(_bits(result.results))


def _sample(name: str) -> Opened:
    return open_file(str(asset("samples", f"{name}.tblocks")))


def _bits(results: dict[str, Value]) -> Iterator[Any]:
    for value in results.values():
        for item in value.items if isinstance(value, ListValue) else (value,):
            if isinstance(item, TensorValue):
                yield value_bits(item)
