"""Functions that no signature calls, and values that no restore op gives, come along with the bits of TensorFlow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from app.engine.exchange.conversion import Converted
from tests.support import function_models
from tests.support.made_models import numbers
from tests.support.model_runs import converted, run_page

Array = np.ndarray[Any, Any]
X = numbers(5, 3)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Converted, Path]]:
    """Return a model as TensorFlow loads it, as pages, and the folder of these."""
    folder = tmp_path_factory.mktemp("functions")
    function_models.functions(folder / "model", folder)
    (folder / "project").mkdir()
    made = converted(folder / "model", folder / "project")
    shutil.copytree(folder / "model" / "assets", folder / "project" / "assets")
    options = tf.config.optimizer.get_experimental_options()
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    yield tf.saved_model.load(str(folder / "model")), made, folder / "project"
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": False, **options})


def check(found: Mapping[str, Array], expected: Mapping[str, Any]) -> None:
    """Compare bits."""
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: value.numpy().tobytes() for name, value in expected.items()
    }


def test_each_form_of_a_function_has_a_page(model: tuple[Any, Converted, Path]) -> None:
    """Those of objects within are named by the way to them; forms by what they were made for."""
    _, made, _ = model
    assert [page.page.name for page in made.pages] == [
        "__call__(doubled=False)", "__call__(doubled=True)", "add", "dense_look", "encoder.encode", "look",
    ]  # fmt: skip


@pytest.mark.parametrize("doubled", [False, True])
def test_a_function_gives_the_same_bits(model: tuple[Any, Converted, Path], doubled: bool) -> None:
    """Variables of the same name have their own values; outputs are called by the way to them."""
    loaded, made, place = model
    y = loaded(tf.constant(X), doubled=doubled)
    found = run_page(made, place, {"x": X}, f"__call__(doubled={doubled})")
    check(found, {"y": y["y"], "more_0": y["more"][0], "more_1_0": y["more"][1][0]})
    check(run_page(made, place, {"x": X}, "encoder.encode"), {"output": loaded.encoder.encode(X)})


def test_tables_are_filled_from_texts_files_and_the_checkpoint(model: tuple[Any, Converted, Path]) -> None:
    """A second step does not fill them again."""
    _, made, place = model
    found = run_page(made, place, {"words": np.array([b"a", b"b", b"k", b"?"], object)}, "look", 2)
    assert [array.tolist() for array in found.values()] == [
        [10, 20, -1, -1], [0, -1, 1, -1], [-1, -1, 3, -1],
    ]  # fmt: skip
    found = run_page(made, place, {"numbers": np.array([6, 5, 7])}, "dense_look")
    assert found["output"].tolist() == [0.25, 0.5, 0.0]


def test_a_page_holds_only_the_tables_that_it_uses(model: tuple[Any, Converted, Path]) -> None:
    """A function without tables fills none."""
    _, made, _ = model
    by_name = {one.page.name: one.page for one in made.pages}
    assert "init" not in by_name["encoder.encode"].blocks
    assert "count" not in by_name["look"].blocks


def test_a_function_without_outputs_runs(model: tuple[Any, Converted, Path]) -> None:
    """What it changes is changed in each step."""
    _, made, _ = model
    page = next(one.page for one in made.pages if one.page.name == "add")
    (wire,) = page.wires_to("session", "run_outputs")
    assert page.blocks[wire.source.block].symbol == "AssignAdd"


def test_a_module_without_a_saver_takes_values_by_name(tmp_path: Path) -> None:
    """A Variable in parts takes its parts of the entry."""
    expected = function_models.hub_module(tmp_path / "hub", X)
    (tmp_path / "project").mkdir()
    made = converted(tmp_path / "hub", tmp_path / "project")
    found = run_page(made, tmp_path / "project", {"x": X}, "default")
    assert found["y"].tobytes() == expected.tobytes()
